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
        private BlobView _view;
        private StepRunner _runner;
        private byte[] _arena;
        private ModelIo[] _inputs;
        private ModelIo[] _outputs;

        public string Name
        {
            get { return ModelIo.Text(View(), 0); }
        }

        public int ModelVersion
        {
            get
            {
                uint version = BlobHeader.ModelVersion(View().Blob);
                return version > int.MaxValue ? int.MaxValue : (int)version;
            }
        }

        public int ArenaBytes
        {
            get { return (int)BlobHeader.ArenaBytes(View().Blob); }
        }

        public int StepCount
        {
            get { return View().StepCount; }
        }

        public int InputCount
        {
            get { return View().InputCount; }
        }

        public int OutputCount
        {
            get { return View().OutputCount; }
        }

        public int LabelCount
        {
            get { return View().LabelCount; }
        }

        public int GoldenCount
        {
            get { return View().GoldenCount; }
        }

        /// <summary>
        /// Microseconds spent in the steps of the last run, counted in whole milliseconds: the clock of nanoFramework has no finer ones.
        /// </summary>
        public int RunMicroseconds
        {
            get
            {
                View();
                int milliseconds = _runner.Milliseconds;
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

            _loading = Allocate(length);
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
            BlobLoader loader = new BlobLoader();
            int status;
            try
            {
                status = loader.Load(blob);
            }
            catch (OutOfMemoryException)
            {
                // Operators make room for what they work with.
                status = InferenceStatus.Arena;
            }

            if (status != InferenceStatus.Ok)
            {
                throw new InferenceException(status, loader.FaultStep, loader.FaultTensor);
            }

            _arena = Allocate((int)BlobHeader.ArenaBytes(blob));
            _view = loader.View;
            _runner = new StepRunner(loader, _arena);
            _inputs = new ModelIo[_view.InputCount];
            for (int i = 0; i < _inputs.Length; i++)
            {
                _inputs[i] = new ModelIo(_view, _view.InputRecord(i), _arena);
            }

            _outputs = new ModelIo[_view.OutputCount];
            for (int i = 0; i < _outputs.Length; i++)
            {
                _outputs[i] = new ModelIo(_view, _view.OutputRecord(i), _arena);
            }

            Reset();
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

            byte[] blob = Allocate(length);
            slots.Read(slot, 0, blob, 0, length);
            Open(blob);
        }

        public TensorInfo Input(int index)
        {
            return At(_inputs, index).Describe();
        }

        public TensorInfo Output(int index)
        {
            return At(_outputs, index).Describe();
        }

        public string Label(int index)
        {
            BlobView view = View();
            return index < 0 || index >= view.LabelCount ? null : ModelIo.Text(view, Bytes.Int32(view.Blob, view.LabelsAt + (index << 2)));
        }

        public void WriteInput(int index, sbyte[] data, int start, int count)
        {
            At(_inputs, index).Write(data, start, count);
        }

        public void WriteInput(int index, byte[] data, int start, int count)
        {
            At(_inputs, index).Write(data, start, count);
        }

        public void WriteInput(int index, float[] data, int start, int count)
        {
            At(_inputs, index).Write(data, start, count);
        }

        public void ReadOutput(int index, sbyte[] data, int start, int count)
        {
            At(_outputs, index).Read(data, start, count);
        }

        public void ReadOutput(int index, byte[] data, int start, int count)
        {
            At(_outputs, index).Read(data, start, count);
        }

        public void ReadOutput(int index, float[] data, int start, int count)
        {
            At(_outputs, index).Read(data, start, count);
        }

        public bool Step(int budgetMicroseconds)
        {
            View();
            if (budgetMicroseconds < 0)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return _runner.Run(budgetMicroseconds);
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
            View();
            _runner.Reset();
        }

        public void FillGolden(int vector)
        {
            int record = GoldenRecord(vector);
            if (vector == 0)
            {
                Reset();
            }

            GoldenVectors.Fill(_inputs, _arena, Bytes.UInt32(_view.Blob, record + 4));
        }

        public bool CheckGolden(int vector)
        {
            return GoldenVectors.Check(_view, GoldenRecord(vector), _outputs, _arena);
        }

        /// <summary>Closes the model. The engine can open another one.</summary>
        public void Dispose()
        {
            _loading = null;
            _view = null;
            _runner = null;
            _arena = null;
            _inputs = null;
            _outputs = null;
        }

        private BlobView View()
        {
            if (_view == null)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return _view;
        }

        private int GoldenRecord(int vector)
        {
            BlobView view = View();
            if (vector < 0 || vector >= view.GoldenCount)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return view.GoldenRecord(vector);
        }

        private static ModelIo At(ModelIo[] all, int index)
        {
            if (all == null || index < 0 || index >= all.Length)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return all[index];
        }

        private static byte[] Allocate(int bytes)
        {
            try
            {
                return new byte[bytes];
            }
            catch (OutOfMemoryException)
            {
                throw new InferenceException(InferenceStatus.Arena);
            }
        }
    }
}
