namespace TinyNano.Inference
{
    /// <summary>
    /// Two places for blobs, 0 and 1, of which one holds the confirmed model. Whenever power is lost, the confirmed model or the one
    /// that was just being confirmed is active, never none.
    /// </summary>
    /// <exception cref="InferenceException">From every member, with the status of the runtime.</exception>
    public interface IModelSlots
    {
        /// <summary>Bytes that a slot can hold.</summary>
        int SlotBytes { get; }

        /// <summary>The slot of the confirmed model; -1 where there is none.</summary>
        int Active { get; }

        /// <summary>Bytes of the blob in a slot; 0 where there is none.</summary>
        int Length(int slot);

        void Read(int slot, int offset, byte[] data, int start, int count);

        /// <summary>Empties a slot that is not active.</summary>
        void Erase(int slot);

        /// <summary>Writes into an empty slot, in ascending order of offsets.</summary>
        void Write(int slot, int offset, byte[] data, int start, int count);

        /// <summary>Makes a slot the active one after checking header and checksum of its blob.</summary>
        void Confirm(int slot);
    }
}
