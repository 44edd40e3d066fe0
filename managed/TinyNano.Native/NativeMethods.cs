using System.Runtime.CompilerServices;

namespace TinyNano.Native
{
    /// <summary>
    /// The native half, as firmware-native/include/tn/tn_device.h describes it: <c>SlotWrite</c> here is
    /// <c>tn_device_slot_write</c> there, with the device first and each array as pointer and length.
    /// </summary>
    /// <remarks>
    /// Externs and nothing else: any managed member would shift the table of native methods (nf-interop/README.md).
    /// Negative results are status codes (docs/SPEC.md). A null array gives NullReferenceException, a range outside of an array
    /// status -1. No call keeps the address of an array. Call <see cref="Abi"/> first: another value than
    /// <c>0x544E0002</c> means firmware of another version, and nothing else may be called.
    /// </remarks>
    public static class NativeMethods
    {
        /// <summary>0x544E0000 plus the version of this list.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Abi();

        /// <summary>Bytes of RAM that the firmware has set aside for models.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ArenaBytes();

        /// <summary>
        /// Copies a part of a blob of <paramref name="total"/> bytes into the arena. Parts come in order; offset 0 begins anew
        /// and gives up what was staged before.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Stage(int total, int offset, byte[] data, int start, int count);

        /// <summary>Opens the staged blob; it stays in the arena until the model is closed. Returns the model's number (0, 1, ...).</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenStaged();

        /// <summary>Opens the blob in a slot in place. Returns the model's number.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int OpenSlot(int slot);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Close(int model);

        /// <summary>The step that the last failed opening blames; 65535 where it is not known.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int FaultStep();

        /// <summary>The tensor that the last failed opening blames; 65535 where it is not known.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int FaultTensor();

        /// <summary>
        /// A number of the model. Kind 0: inputs, 1: outputs, 2: labels, 3: steps, 4: bytes of arena, 5: model version, 6: golden vectors.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Count(int model, int kind);

        /// <summary>
        /// Describes input (kind 0) or output (kind 1) <paramref name="index"/> in twelve fields: element type, bytes, rank,
        /// quantised (0 or 1), bits of the float32 scale, zero point, six dimensions (1 beyond the rank).
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Describe(int model, int kind, int index, int[] fields);

        /// <summary>A name. Kind 0: of an input, 1: of an output, 2: label of a class, 3: of the model. Null where there is none.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern string Text(int model, int kind, int index);

        /// <summary>Copies elements into an input, from its first byte on. <paramref name="count"/> elements must be the whole input.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int WriteInput(int model, int index, sbyte[] data, int start, int count);

        /// <summary>The same from bytes: uint8 and bool elements, or the raw little-endian bytes of any type.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int WriteInputBytes(int model, int index, byte[] data, int start, int count);

        /// <summary>Fills an input from real numbers: quantised, rounded half away from zero and saturated, or copied to a float32 input.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int QuantizeInput(int model, int index, float[] data, int start, int count);

        /// <summary>Copies a whole output, as for <see cref="WriteInput"/>.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ReadOutput(int model, int index, sbyte[] data, int start, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int ReadOutputBytes(int model, int index, byte[] data, int start, int count);

        /// <summary>A whole output as real numbers: scale * (q - zero), or a float32 output as it is.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int DequantizeOutput(int model, int index, float[] data, int start, int count);

        /// <summary>
        /// Runs steps until <paramref name="budgetMicroseconds"/> have passed (at least one step; 0: exactly one). Returns 1 when
        /// the outputs are ready, 0 when steps are left.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Step(int model, int budgetMicroseconds);

        /// <summary>Runs to the end in slices as <see cref="Step"/>; other managed threads run between them. Returns 0.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Run(int model, int sliceMicroseconds);

        /// <summary>Microseconds spent in the steps of the run that is under way or was the last.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int RunMicroseconds(int model);

        /// <summary>Initial contents for every state; a run that is under way is given up.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Reset(int model);

        /// <summary>Fills the inputs of golden vector <paramref name="vector"/>; vector 0 resets first.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int FillGolden(int model, int vector);

        /// <summary>0 where the outputs are those of the golden vector, -9 where not.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int CheckGolden(int model, int vector);

        /// <summary>Bytes that a slot can hold; 0 for firmware without slots.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotBytes();

        /// <summary>The slot of the confirmed model, 0 or 1; -10 where there is none.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotActive();

        /// <summary>Bytes of the blob in a slot, by its header; -10 where there is none.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotLength(int slot);

        /// <summary>Erases a slot that is not active, sector by sector; other managed threads run in between.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotErase(int slot);

        /// <summary>Writes into an erased slot that is not active.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotWrite(int slot, int offset, byte[] data, int start, int count);

        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotRead(int slot, int offset, byte[] data, int start, int count);

        /// <summary>
        /// Makes a slot the active one, for good: checks header and checksum of its blob, then writes the selector. Whenever power
        /// is lost, either the old or the new slot is active.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int SlotConfirm(int slot);

        /// <summary>
        /// A few numbers about an int8 or uint8 input that has been filled and not yet run; at most 8, which ones says
        /// <c>tn_device.h</c>. Returns how many; 0 for an input of another type.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int InputFeatures(int model, int index, int[] features);

        /// <summary>Copies at most <paramref name="count"/> of the first bytes of the blob's reference histograms. Returns how many.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int Reference(int model, byte[] data, int start, int count);

        /// <summary>
        /// Once after the start, before the active slot is opened: counts a start of a trial, and ends one that has had too many. Returns
        /// 1 where it has just gone back to the model before, else 0.
        /// </summary>
        /// <remarks>This and everything below gives -29 from firmware that cannot verify signatures.</remarks>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateBoot();

        /// <summary>
        /// Verifies a manifest (docs/PROTOCOL.md) and checks everything it says, and keeps it as the offer; nothing in flash changes.
        /// Returns 0 where it is acceptable, 1 where it is known already: <see cref="UpdateStatus"/> says how far it is.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateOffer(byte[] manifest, int start, int count);

        /// <summary>
        /// Carries out the offer: begins to receive a model, or goes on where it stopped, or reverts or revokes. Erases sector by sector;
        /// other managed threads run in between.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateBegin();

        /// <summary>The first part from <paramref name="from"/> on that is not stored; -10 where there is none.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateMissing(int from);

        /// <summary>Stores a part. Returns 0, or 1 where it was there already; -21 for bytes that were not signed, and nothing is written.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateStore(int part, byte[] data, int start, int count);

        /// <summary>Stores a part that is bytes of the active slot, from <paramref name="offset"/> on. Results as <see cref="UpdateStore"/>.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateCopy(int part, int offset);

        /// <summary>Stores a part that a patch makes out of bytes of the active slot. Results as <see cref="UpdateStore"/>.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdatePatch(int part, byte[] data, int start, int count);

        /// <summary>
        /// When all parts are there: hashes everything that is stored and compares the blob with the manifest, in slices; other managed
        /// threads run in between. A candidate that fails is refused.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateFinish();

        /// <summary>Verifies the stored candidate once more, as <see cref="UpdateFinish"/>, and makes it the active slot, on trial.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateActivate();

        /// <summary>Ends the trial: the candidate is the confirmed model.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateConfirm();

        /// <summary>Refuses the candidate before its activation; <paramref name="status"/> is the negative status that says why.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateRefuse(int status);

        /// <summary>Ends the trial by going back to the model before; <paramref name="status"/> as for <see cref="UpdateRefuse"/>.</summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateRevert(int status);

        /// <summary>
        /// Where the update stands, in 22 fields: 0 state, 1 status, 2 session, 3 rollout, 4 model version, 5 parts, 6 parts stored,
        /// 7 pages, 8 chunk bytes, 9 candidate slot (-1: none), 10 security counter, 11 latency budget (microseconds), 12 health seconds,
        /// 13 attempts, 14 base crc, 15 base bytes, 16 shadow every, 17 shadow samples, 18 shadow agreement (percent), 19 kind of the
        /// manifest, 20 issued (of the manifest accepted last), 21 blob bytes. Returns the number of fields.
        /// </summary>
        [MethodImpl(MethodImplOptions.InternalCall)]
        public static extern int UpdateStatus(int[] fields);
    }
}
