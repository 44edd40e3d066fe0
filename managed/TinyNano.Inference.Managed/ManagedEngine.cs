using System;
using System.Threading;

namespace TinyNano.Inference
{
    /// <summary>
    /// Executes int8 blobs in C#, on any firmware. The results are those of the C runtime, byte for byte. It needs the blob and the arena as
    /// two arrays in RAM, 8 bytes for each number of the longest filter of a convolution, and little beyond them. The interpreter
    /// spends 8 instructions on a multiplication of a convolution, 15 on one of a single row and 22 on one of a depthwise
    /// convolution; zeros are skipped, so that the time depends on the numbers.
    /// </summary>
    /// <remarks>Writing, running and reading allocate nothing. Not thread-safe.</remarks>
    /// <exception cref="InferenceException">
    /// From every member, with the statuses of the C runtime. Op or Type for a blob whose operators or element types this engine lacks; Arg
    /// from members that need an open model where there is none; Arena where there is not enough memory.
    /// </exception>
    public sealed class ManagedEngine : IEngine
    {
        // The time slice of nanoFramework's threads: a shorter one would not help others, a longer one would keep them waiting.
        private const int SliceMicroseconds = 20000;

        private byte[] _loading;
        private int _loaded;
        private OpenModel _model;

        public string Name
        {
            get { return Model().Name; }
        }

        public int ModelVersion
        {
            get
            {
                uint version = BlobHeader.ModelVersion(Model().View.Blob);
                return version > int.MaxValue ? int.MaxValue : (int)version;
            }
        }

        public int ArenaBytes
        {
            get { return (int)BlobHeader.ArenaBytes(Model().View.Blob); }
        }

        public int StepCount
        {
            get { return Model().View.StepCount; }
        }

        public int InputCount
        {
            get { return Model().View.InputCount; }
        }

        public int OutputCount
        {
            get { return Model().View.OutputCount; }
        }

        public int LabelCount
        {
            get { return Model().View.LabelCount; }
        }

        public int GoldenCount
        {
            get { return Model().View.GoldenCount; }
        }

        /// <summary>
        /// Microseconds spent in the steps of the last run, counted in whole milliseconds: the clock of nanoFramework has no finer ones.
        /// </summary>
        public int RunMicroseconds
        {
            get
            {
                int milliseconds = Model().Runner.Milliseconds;
                return milliseconds > int.MaxValue / 1000 ? int.MaxValue : milliseconds * 1000;
            }
        }

        public void BeginLoad(int length)
        {
            Dispose();
            if (length <= 0)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            _loading = OpenModel.Allocate(length);
            _loaded = 0;
        }

        public void Load(byte[] data, int start, int count)
        {
            if (_loading == null || start < 0 || count < 0 || start > data.Length || count > data.Length - start || count > _loading.Length - _loaded)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            Array.Copy(data, start, _loading, _loaded, count);
            _loaded += count;
        }

        public void EndLoad()
        {
            byte[] blob = _loading;
            if (blob == null || _loaded != blob.Length)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            Open(blob);
        }

        public void Open(byte[] blob)
        {
            Dispose();
            _model = new OpenModel(blob);
        }

        /// <summary>Reads the blob of a slot into memory and opens it.</summary>
        public void OpenSlot(IModelSlots slots, int slot)
        {
            Dispose();
            int length = slots.Length(slot);
            if (length == 0)
            {
                throw new InferenceException(InferenceStatus.Empty);
            }

            byte[] blob = OpenModel.Allocate(length);
            slots.Read(slot, 0, blob, 0, length);
            Open(blob);
        }

        public TensorInfo Input(int index)
        {
            return Model().Input(index).Describe();
        }

        public TensorInfo Output(int index)
        {
            return Model().Output(index).Describe();
        }

        public string Label(int index)
        {
            return Model().Label(index);
        }

        public void WriteInput(int index, sbyte[] data, int start, int count)
        {
            Model().Input(index).Write(data, start, count);
        }

        public void WriteInput(int index, byte[] data, int start, int count)
        {
            Model().Input(index).Write(data, start, count);
        }

        public void WriteInput(int index, float[] data, int start, int count)
        {
            Model().Input(index).Write(data, start, count);
        }

        public void ReadOutput(int index, sbyte[] data, int start, int count)
        {
            Model().Output(index).Read(data, start, count);
        }

        public void ReadOutput(int index, byte[] data, int start, int count)
        {
            Model().Output(index).Read(data, start, count);
        }

        public void ReadOutput(int index, float[] data, int start, int count)
        {
            Model().Output(index).Read(data, start, count);
        }

        public bool Step(int budgetMicroseconds)
        {
            OpenModel model = Model();
            if (budgetMicroseconds < 0)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return model.Runner.Run(budgetMicroseconds);
        }

        public void Run()
        {
            while (!Step(SliceMicroseconds))
            {
                Thread.Sleep(0);
            }
        }

        public void Reset()
        {
            Model().Runner.Reset();
        }

        public void FillGolden(int vector)
        {
            Model().FillGolden(vector);
        }

        public bool CheckGolden(int vector)
        {
            return Model().CheckGolden(vector);
        }

        public int InputFeatures(int index, int[] features)
        {
            ModelIo input = Model().Input(index);
            return input.IsByte ? input.Watch.Read(features) : 0;
        }

        public int Reference(byte[] data, int start, int count)
        {
            return Model().Reference(data, start, count);
        }

        /// <summary>Closes the model. The engine can open another one.</summary>
        public void Dispose()
        {
            _loading = null;
            _model = null;
        }

        private OpenModel Model()
        {
            if (_model == null)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return _model;
        }
    }
}
