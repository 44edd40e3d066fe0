using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <content>Parts that have come, and copies that they ask for.</content>
    public sealed partial class ModelUpdater
    {
        private void Store(byte[] payload)
        {
            if (!_part.Decode(payload, payload.Length) || _part.Session != _machine.Number || _machine.State != UpdateState.Receiving)
            {
                return;
            }

            _bytesReceived += (uint)payload.Length;
            if ((_part.Flags & PartMessage.GroupFlag) != 0)
            {
                Feed(UpdateEvent.GroupPart, 0, 0);
            }

            int part = _part.Part;
            bool isDelta = _part.Encoding == PartEncoding.Patch;

            // The hash of a raw chunk says more than a checksum.
            bool isProven = _part.Encoding == PartEncoding.Raw && part >= _session.Pages;
            if (!isProven && !_part.IsWhole(payload))
            {
                Feed(UpdateEvent.PartWrong, part, 0);
                return;
            }

            switch (_part.Encoding)
            {
                case PartEncoding.Raw:
                    Stored(part, _provider.StoreImageChunk(part, payload, _part.DataAt, _part.DataBytes), isDelta);
                    break;
                case PartEncoding.Patch:
                    Stored(part, _provider.PatchImageChunk(part, payload, _part.DataAt, _part.DataBytes), isDelta);
                    break;
                case PartEncoding.Copies:
                    _copies.Begin(payload, _part.DataAt);
                    Feed(UpdateEvent.Busy, 1, 0);
                    break;
                case PartEncoding.Refused:
                    Feed(UpdateEvent.ServerRefused, _part.Status(payload), 0);
                    break;
                default:
                    break;
            }
        }

        private void Stored(int part, int status, bool isDelta)
        {
            if (status >= 0)
            {
                Feed(UpdateEvent.PartStored, part, status);
            }
            else
            {
                bool isWrong = status == InferenceStatus.Hash || status == InferenceStatus.Format || status == InferenceStatus.Arg;
                Feed(UpdateEvent.PartWrong, part, isDelta && isWrong ? 1 : 0);
                _provider.GetStatus(_session);
                if (_session.State != UpdateState.Receiving)
                {
                    Feed(UpdateEvent.CandidateLost, 0, 0);
                }
            }
        }

        private void Copy()
        {
            if (!_copies.Any)
            {
                return;
            }

            for (int i = 0; i < _options.CopiesPerTick && _machine.State == UpdateState.Receiving && _copies.Next(_session.ChunkBytes); i++)
            {
                Stored(_copies.Part, _provider.CopyImageChunk(_copies.Part, _copies.Offset), true);
            }

            if (_machine.State != UpdateState.Receiving)
            {
                _copies.Clear();
            }

            Feed(UpdateEvent.Busy, _copies.Any ? 1 : 0, 0);
        }
    }
}
