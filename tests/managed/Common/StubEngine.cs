using TinyNano.Inference;

namespace NFUnitTest.Common
{
    /// <summary>
    /// An engine without a runtime: element i of the output is element i of the input. A blob is what its header says; its version may make
    /// it fail.
    /// </summary>
    public sealed class StubEngine : IEngine
    {
        /// <summary>Versions of blobs that cannot be opened, or whose golden vectors do not come out.</summary>
        public const int UnknownOperatorVersion = 13;
        public const int UnprovenVersion = 14;

        private readonly int _inputLength;
        private readonly int _outputLength;
        private readonly int _outputType;
        private readonly sbyte[] _input;
        private bool _counted;

        public StubEngine(int inputLength, int outputLength, int outputType)
        {
            _inputLength = inputLength;
            _outputLength = outputLength;
            _outputType = outputType;
            _input = new sbyte[inputLength];
        }

        /// <summary>Counts what is open, and may have no room; null: nobody does.</summary>
        public IStubOwner Owner { get; set; }

        public int InputType { get; set; } = ElementType.Int8;

        /// <summary>Golden vector whose check fails; -1: none.</summary>
        public int FailingGolden { get; set; } = -1;

        public int Runs { get; private set; }

        public int Resets { get; private set; }

        public bool IsDisposed { get; private set; }

        public string Name
        {
            get { return "stub"; }
        }

        public int ModelVersion { get; private set; }

        public int ArenaBytes
        {
            get { return 64; }
        }

        public int StepCount
        {
            get { return 1; }
        }

        public int InputCount
        {
            get { return 1; }
        }

        public int OutputCount
        {
            get { return 1; }
        }

        public int LabelCount
        {
            get { return 0; }
        }

        public int GoldenCount
        {
            get { return 2; }
        }

        public int RunMicroseconds
        {
            get { return 100; }
        }

        public void BeginLoad(int length)
        {
        }

        public void Load(byte[] data, int start, int count)
        {
        }

        public void EndLoad()
        {
        }

        public void Open(byte[] blob)
        {
        }

        public void OpenSlot(IModelSlots slots, int slot)
        {
            if (Owner != null)
            {
                if (Owner.Open >= Owner.Room)
                {
                    throw new InferenceException(InferenceStatus.Arena);
                }

                Owner.Open++;
                _counted = true;
            }

            byte[] header = new byte[64];
            slots.Read(slot, 0, header, 0, header.Length);
            ModelVersion = header[24];
            if (ModelVersion == UnknownOperatorVersion)
            {
                throw new InferenceException(InferenceStatus.Op, 3, 5);
            }

            if (ModelVersion == UnprovenVersion)
            {
                FailingGolden = 0;
            }
        }

        public TensorInfo Input(int index)
        {
            return new TensorInfo("in", InputType, _inputLength, new int[] { 1, _inputLength }, true, 1.0f, 0);
        }

        public TensorInfo Output(int index)
        {
            return new TensorInfo("out", _outputType, _outputLength, new int[] { 1, _outputLength }, _outputType == ElementType.Int8, 0.5f, -4);
        }

        public string Label(int index)
        {
            return null;
        }

        public void WriteInput(int index, sbyte[] data, int start, int count)
        {
            for (int i = 0; i < count; i++)
            {
                _input[i] = data[start + i];
            }
        }

        public void WriteInput(int index, byte[] data, int start, int count)
        {
        }

        public void WriteInput(int index, float[] data, int start, int count)
        {
        }

        public void ReadOutput(int index, sbyte[] data, int start, int count)
        {
            for (int i = 0; i < count; i++)
            {
                data[start + i] = _input[i];
            }
        }

        public void ReadOutput(int index, byte[] data, int start, int count)
        {
        }

        public void ReadOutput(int index, float[] data, int start, int count)
        {
            for (int i = 0; i < count; i++)
            {
                data[start + i] = _input[i];
            }
        }

        public bool Step(int budgetMicroseconds)
        {
            Runs++;
            return true;
        }

        public void Run()
        {
            Runs++;
        }

        public void Reset()
        {
            Resets++;
        }

        public void FillGolden(int vector)
        {
        }

        public bool CheckGolden(int vector)
        {
            return vector != FailingGolden;
        }

        public int InputFeatures(int index, int[] features)
        {
            for (int i = 0; i < 4; i++)
            {
                features[i] = 0;
            }

            return 4;
        }

        public int Reference(byte[] data, int start, int count)
        {
            return 0;
        }

        public void Dispose()
        {
            IsDisposed = true;
            if (_counted)
            {
                _counted = false;
                Owner.Open--;
            }
        }
    }
}
