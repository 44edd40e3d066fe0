namespace TinyNano.Ota
{
    /// <summary>The last payload of a manifest topic that nobody has read yet. Several threads may use it.</summary>
    internal sealed class ManifestMailbox
    {
        private readonly object _lock = new object();
        private byte[] _payload;

        internal void Put(byte[] payload)
        {
            lock (_lock)
            {
                _payload = payload;
            }
        }

        /// <summary>Takes it out; null where there is none.</summary>
        internal byte[] Take()
        {
            lock (_lock)
            {
                byte[] payload = _payload;
                _payload = null;
                return payload;
            }
        }
    }
}
