using TinyNano.Native;
using TinyNano.Ota;

namespace TinyNano.Inference
{
    /// <summary>The store of updates in a custom firmware: the slot that is not active, and the journal in it.</summary>
    public sealed class NativeUpdateProvider : IUpdateProvider
    {
        private readonly int[] _fields = new int[UpdateSession.Fields];

        /// <exception cref="InferenceException">The firmware has no native half, or one of another version: status -3.</exception>
        public NativeUpdateProvider()
        {
            NativeEngine.RequireAbi();
        }

        public int CountStart()
        {
            return NativeMethods.UpdateBoot();
        }

        public int GetStatus(UpdateSession session)
        {
            int count = NativeMethods.UpdateStatus(_fields);
            if (count < 0)
            {
                return count;
            }

            session.Set(_fields);
            return 0;
        }

        public int CheckManifest(byte[] manifest, int start, int count)
        {
            return NativeMethods.UpdateOffer(manifest, start, count);
        }

        public int StartUpdateSession()
        {
            return NativeMethods.UpdateBegin();
        }

        public int NextMissing(int from)
        {
            return NativeMethods.UpdateMissing(from);
        }

        public int StoreImageChunk(int part, byte[] data, int start, int count)
        {
            return NativeMethods.UpdateStore(part, data, start, count);
        }

        public int CopyImageChunk(int part, int offset)
        {
            return NativeMethods.UpdateCopy(part, offset);
        }

        public int PatchImageChunk(int part, byte[] data, int start, int count)
        {
            return NativeMethods.UpdatePatch(part, data, start, count);
        }

        public int CompleteUpdateSession()
        {
            return NativeMethods.UpdateFinish();
        }

        public int ActivateImage()
        {
            return NativeMethods.UpdateActivate();
        }

        public int ConfirmImage()
        {
            return NativeMethods.UpdateConfirm();
        }

        public int RefuseImage(int status)
        {
            return NativeMethods.UpdateRefuse(status);
        }

        public int RequestRevert(int status)
        {
            return NativeMethods.UpdateRevert(status);
        }
    }
}
