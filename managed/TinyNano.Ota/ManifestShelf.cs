using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <summary>The bytes of the manifests that may be needed again: of the candidate, of one that waits, and of the last.</summary>
    internal sealed class ManifestShelf
    {
        private const int Places = 3;

        private readonly byte[][] _manifests = new byte[Places][];
        private readonly uint[] _sessions = new uint[Places];

        /// <summary>Keeps a manifest, in place of one that is neither of two sessions. What has not the length of one is not kept.</summary>
        internal void Keep(byte[] manifest, uint session, uint needed, uint alsoNeeded)
        {
            if (manifest.Length != UpdateManifest.Bytes || Find(session) != null)
            {
                return;
            }

            int place = 0;
            while (_manifests[place] != null && (_sessions[place] == needed || _sessions[place] == alsoNeeded))
            {
                place++;
            }

            _manifests[place] = manifest;
            _sessions[place] = session;
        }

        /// <summary>The manifest of a session; null where it is not here.</summary>
        internal byte[] Find(uint session)
        {
            for (int i = 0; i < Places; i++)
            {
                if (_manifests[i] != null && _sessions[i] == session)
                {
                    return _manifests[i];
                }
            }

            return null;
        }
    }
}
