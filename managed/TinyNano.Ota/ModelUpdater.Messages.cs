using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <content>What it publishes.</content>
    public sealed partial class ModelUpdater
    {
        private void PublishRefusal(int status, uint session)
        {
            FillRefusal(session, status);
            Send();
        }

        private void Publish()
        {
            if (_machine.IsRefusedOffer)
            {
                FillRefusal(_machine.Number, _machine.Status);
                Send();
                return;
            }

            bool failed = _machine.State == UpdateState.Refused && _machine.Status < 0;
            _update.Session = _machine.Number;
            _update.State = _machine.State;
            _update.Attempts = _session.Attempts;
            _update.Status = _machine.Status;
            _update.Rollout = _session.Rollout;
            _update.ModelVersion = _session.ModelVersion;
            _update.PartsStored = _machine.PartsStored;
            _update.Parts = _session.Parts;
            _update.BytesReceived = _bytesReceived;
            _update.ShadowSamples = (uint)_host.ShadowSamples;
            _update.ShadowAgreed = (uint)_host.ShadowAgreed;
            _update.FaultStep = failed ? _host.FaultStep : UpdateMessage.Unknown;
            _update.FaultTensor = failed ? _host.FaultTensor : UpdateMessage.Unknown;
            Send();
        }

        // What it says of itself, for nobody has verified it.
        private void FillRefusal(uint session, int status)
        {
            byte[] manifest = Manifest(session);
            bool whole = manifest != null && manifest.Length == UpdateManifest.Bytes;
            _update.Session = session;
            _update.State = status < 0 ? UpdateState.Refused : UpdateState.Empty;
            _update.Attempts = 0;
            _update.Status = status;
            _update.Rollout = whole ? LittleEndian.GetUInt32(manifest, UpdateManifest.RolloutAt) : 0;
            _update.ModelVersion = whole ? LittleEndian.GetUInt32(manifest, UpdateManifest.ModelVersionAt) : 0;
            _update.PartsStored = 0;
            _update.Parts = 0;
            _update.BytesReceived = 0;
            _update.ShadowSamples = 0;
            _update.ShadowAgreed = 0;
            _update.FaultStep = UpdateMessage.Unknown;
            _update.FaultTensor = UpdateMessage.Unknown;
        }

        private void Send()
        {
            _update.Sequence = _host.NextSequence();
            _update.BaseCrc = _session.BaseCrc;
            _update.BaseBytes = _session.BaseBytes;
            _update.Counter = _session.Counter;
            _bus.Publish(_topics.UpdateState, _buffer, _update.Encode(_buffer), 1, true);
        }
    }
}
