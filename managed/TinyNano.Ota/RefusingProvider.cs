using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <summary>For firmware that cannot verify signatures: every manifest is refused with -29, and nothing is ever stored.</summary>
    public sealed class RefusingProvider : IUpdateProvider
    {
        public int CountStart()
        {
            return 0;
        }

        /// <summary>Leaves the session empty.</summary>
        public int GetStatus(UpdateSession session)
        {
            return 0;
        }

        public int CheckManifest(byte[] manifest, int start, int count)
        {
            return InferenceStatus.Crypto;
        }

        public int StartUpdateSession()
        {
            return InferenceStatus.Crypto;
        }

        public int NextMissing(int from)
        {
            return InferenceStatus.Empty;
        }

        public int StoreImageChunk(int part, byte[] data, int start, int count)
        {
            return InferenceStatus.Crypto;
        }

        public int CopyImageChunk(int part, int offset)
        {
            return InferenceStatus.Crypto;
        }

        public int PatchImageChunk(int part, byte[] data, int start, int count)
        {
            return InferenceStatus.Crypto;
        }

        public int CompleteUpdateSession()
        {
            return InferenceStatus.Crypto;
        }

        public int ActivateImage()
        {
            return InferenceStatus.Crypto;
        }

        public int ConfirmImage()
        {
            return InferenceStatus.Crypto;
        }

        public int RefuseImage(int status)
        {
            return InferenceStatus.Crypto;
        }

        public int RequestRevert(int status)
        {
            return InferenceStatus.Crypto;
        }
    }
}
