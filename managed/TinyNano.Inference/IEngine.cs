using System;

namespace TinyNano.Inference
{
    /// <summary>
    /// Executes one blob. <c>NativeEngine</c> calls the C runtime of a custom firmware, <c>ManagedEngine</c> is C# for any firmware; both
    /// give the same bytes. Applications use <see cref="Model"/>. Not thread-safe.
    /// </summary>
    /// <exception cref="InferenceException">From every member, with the status of the runtime.</exception>
    public interface IEngine : IDisposable
    {
        /// <summary>Begins to load a blob of so many bytes; a model that was open is closed.</summary>
        void BeginLoad(int length);

        /// <summary>The next bytes of the blob.</summary>
        void Load(byte[] data, int start, int count);

        /// <summary>Opens the blob whose bytes have all been loaded.</summary>
        void EndLoad();

        /// <summary>Opens a blob that stays in memory. The engine may keep the array and must not write to it.</summary>
        void Open(byte[] blob);

        /// <summary>Opens the blob in a slot, in place where the engine can.</summary>
        void OpenSlot(IModelSlots slots, int slot);

        string Name { get; }

        int ModelVersion { get; }

        int ArenaBytes { get; }

        int StepCount { get; }

        int InputCount { get; }

        int OutputCount { get; }

        int LabelCount { get; }

        int GoldenCount { get; }

        /// <summary>Describes an input; allocates, so ask once.</summary>
        TensorInfo Input(int index);

        TensorInfo Output(int index);

        /// <summary>The label of a class; null where there is none.</summary>
        string Label(int index);

        /// <summary>Fills a whole input from int8 elements.</summary>
        void WriteInput(int index, sbyte[] data, int start, int count);

        /// <summary>Fills a whole input from raw little-endian bytes.</summary>
        void WriteInput(int index, byte[] data, int start, int count);

        /// <summary>Fills a whole input from real numbers, quantising them: rounded half away from zero, saturated.</summary>
        void WriteInput(int index, float[] data, int start, int count);

        void ReadOutput(int index, sbyte[] data, int start, int count);

        void ReadOutput(int index, byte[] data, int start, int count);

        /// <summary>A whole output as real numbers: scale * (q - zero).</summary>
        void ReadOutput(int index, float[] data, int start, int count);

        /// <summary>
        /// Runs steps until the budget is used up, at least one (0: exactly one). True when the outputs are ready; the next call then
        /// starts over.
        /// </summary>
        bool Step(int budgetMicroseconds);

        /// <summary>Runs to the end; other threads get their turn in between.</summary>
        void Run();

        /// <summary>Microseconds spent in the steps of the last run.</summary>
        int RunMicroseconds { get; }

        /// <summary>Gives every state its initial contents.</summary>
        void Reset();

        /// <summary>Fills the inputs of a golden vector; vector 0 resets first.</summary>
        void FillGolden(int vector);

        /// <summary>Whether the outputs are those of the golden vector.</summary>
        bool CheckGolden(int vector);

        /// <summary>
        /// A few numbers about an int8 or uint8 input that has been filled and not yet run, in Q8 of the quantised numbers. With 2 to 4
        /// channels in the last dimension: the mean of each channel, then the mean difference of neighbours of each; otherwise mean,
        /// mean deviation from it, mean difference of neighbours, share of elements at the ends of the range. tn_device.h defines them.
        /// </summary>
        /// <param name="features">Receives them; 8 elements are enough for every input.</param>
        /// <returns>How many; 0 for an input of another type.</returns>
        int InputFeatures(int index, int[] features);

        /// <summary>Copies at most so many of the first bytes of the blob's reference histograms. Returns how many; 0 where there are none.</summary>
        int Reference(byte[] data, int start, int count);
    }
}
