using TinyNano.Native;

namespace TinyNano.Inference
{
    /// <summary>The two model slots in the flash of a custom firmware. Models run from them in place.</summary>
    public sealed class NativeSlots : IModelSlots
    {
        /// <exception cref="InferenceException">The firmware has no native half, or one of another version: status -3.</exception>
        public NativeSlots()
        {
            NativeEngine.RequireAbi();
        }

        /// <summary>0 for firmware without slots.</summary>
        public int SlotBytes
        {
            get { return NativeEngine.Check(NativeMethods.SlotBytes()); }
        }

        public int Active
        {
            get
            {
                int slot = NativeMethods.SlotActive();
                return slot == InferenceStatus.Empty ? -1 : NativeEngine.Check(slot);
            }
        }

        public int Length(int slot)
        {
            int length = NativeMethods.SlotLength(slot);
            return length == InferenceStatus.Empty ? 0 : NativeEngine.Check(length);
        }

        public void Read(int slot, int offset, byte[] data, int start, int count)
        {
            NativeEngine.Check(NativeMethods.SlotRead(slot, offset, data, start, count));
        }

        public void Erase(int slot)
        {
            NativeEngine.Check(NativeMethods.SlotErase(slot));
        }

        public void Write(int slot, int offset, byte[] data, int start, int count)
        {
            NativeEngine.Check(NativeMethods.SlotWrite(slot, offset, data, start, count));
        }

        public void Confirm(int slot)
        {
            NativeEngine.Check(NativeMethods.SlotConfirm(slot));
        }
    }
}
