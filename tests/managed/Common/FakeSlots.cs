using System;
using TinyNano.Inference;

namespace NFUnitTest.Common
{
    /// <summary>Slots in memory that insist on the rules of flash, and fail when told to.</summary>
    public sealed class FakeSlots : IModelSlots
    {
        private readonly byte[][] _slots = new byte[2][];
        private readonly int[] _written = new int[2];

        public FakeSlots(int slotBytes)
        {
            SlotBytes = slotBytes;
            _slots[0] = new byte[slotBytes];
            _slots[1] = new byte[slotBytes];
        }

        public int SlotBytes { get; }

        public int Active { get; set; } = -1;

        /// <summary>Writes left until the flash refuses one; -1: it never does.</summary>
        public int WritesLeft { get; set; } = -1;

        /// <summary>What it refuses with.</summary>
        public int WriteStatus { get; set; } = InferenceStatus.Flash;

        public int Erasures { get; private set; }

        public int Confirmations { get; private set; }

        /// <summary>Puts a blob into a slot and makes it the confirmed one.</summary>
        public void Preset(int slot, byte[] blob)
        {
            Array.Copy(blob, _slots[slot], blob.Length);
            _written[slot] = blob.Length;
            Active = slot;
        }

        public int Length(int slot)
        {
            return _written[slot];
        }

        public void Read(int slot, int offset, byte[] data, int start, int count)
        {
            Array.Copy(_slots[slot], offset, data, start, count);
        }

        public void Erase(int slot)
        {
            RequireInactive(slot);
            _written[slot] = 0;
            Erasures++;
        }

        public void Write(int slot, int offset, byte[] data, int start, int count)
        {
            RequireInactive(slot);
            if (WritesLeft == 0)
            {
                throw new InferenceException(WriteStatus);
            }

            if (offset != _written[slot])
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            WritesLeft--;
            Array.Copy(data, start, _slots[slot], offset, count);
            _written[slot] += count;
        }

        public void Confirm(int slot)
        {
            Confirmations++;
            Active = slot;
        }

        private void RequireInactive(int slot)
        {
            if (slot == Active)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }
        }
    }
}
