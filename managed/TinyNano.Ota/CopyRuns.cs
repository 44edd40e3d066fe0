using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <summary>The runs of a copies message, one chunk after the other. Keeps the message until all are done.</summary>
    internal sealed class CopyRuns
    {
        private byte[] _message;
        private int _at;
        private int _done;

        /// <summary>Whether chunks are left.</summary>
        internal bool Any
        {
            get { return _message != null; }
        }

        /// <summary>The chunk that <see cref="Next"/> found.</summary>
        internal int Part { get; private set; }

        /// <summary>Where it is in the active blob; below 0 where that cannot be.</summary>
        internal int Offset { get; private set; }

        /// <summary>Takes over a message in place of what is left of the one before.</summary>
        internal void Begin(byte[] message, int dataAt)
        {
            _message = message;
            _at = dataAt;
            _done = 0;
        }

        internal void Clear()
        {
            _message = null;
        }

        /// <summary>Finds the next chunk; false, and nothing left, at the end.</summary>
        internal bool Next(int chunkBytes)
        {
            while (_message != null && _at + PartMessage.RunBytes <= _message.Length)
            {
                int part = LittleEndian.GetUInt16(_message, _at + PartMessage.RunPart);
                int count = LittleEndian.GetUInt16(_message, _at + PartMessage.RunCount);
                if (_done < count)
                {
                    long offset = LittleEndian.GetUInt32(_message, _at + PartMessage.RunOffset) + (long)_done * chunkBytes;
                    Part = part + _done;
                    Offset = offset > int.MaxValue ? -1 : (int)offset;
                    _done++;
                    return true;
                }

                _at += PartMessage.RunBytes;
                _done = 0;
            }

            _message = null;
            return false;
        }
    }
}
