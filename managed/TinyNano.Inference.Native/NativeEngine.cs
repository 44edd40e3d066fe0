using System;
using TinyNano.Native;

namespace TinyNano.Inference
{
    /// <summary>The engine that calls the C runtime of a custom firmware. Other threads get their turn during a run.</summary>
    public sealed class NativeEngine : IEngine
    {
        // Half of nanoFramework's time slice: what other threads notice of an inference.
        private const int SliceMicroseconds = 10000;

        private const int AbiMagic = 0x544E0002;
        private const int StageChunkBytes = 2048;
        private const int NoModel = -1;

        // Kinds of NativeMethods.Count.
        private const int CountInputs = 0;
        private const int CountOutputs = 1;
        private const int CountLabels = 2;
        private const int CountSteps = 3;
        private const int CountArenaBytes = 4;
        private const int CountVersion = 5;
        private const int CountGolden = 6;

        // Kinds of NativeMethods.Describe and Text.
        private const int KindInput = 0;
        private const int KindOutput = 1;
        private const int KindLabel = 2;
        private const int KindModel = 3;

        private const int DescribeFields = 12;
        private const int DescribeDims = 6;

        private int _model = NoModel;
        private int _length;
        private int _loaded;

        /// <exception cref="InferenceException">The firmware has no native half, or one of another version: status -3.</exception>
        public NativeEngine()
        {
            RequireAbi();
        }

        public string Name
        {
            get
            {
                string name = NativeMethods.Text(_model, KindModel, 0);
                return name == null ? "" : name;
            }
        }

        public int ModelVersion
        {
            get { return Count(CountVersion); }
        }

        public int ArenaBytes
        {
            get { return Count(CountArenaBytes); }
        }

        public int StepCount
        {
            get { return Count(CountSteps); }
        }

        public int InputCount
        {
            get { return Count(CountInputs); }
        }

        public int OutputCount
        {
            get { return Count(CountOutputs); }
        }

        public int LabelCount
        {
            get { return Count(CountLabels); }
        }

        public int GoldenCount
        {
            get { return Count(CountGolden); }
        }

        public int RunMicroseconds
        {
            get { return Check(NativeMethods.RunMicroseconds(_model)); }
        }

        public void BeginLoad(int length)
        {
            Close();
            _length = length;
            _loaded = 0;
        }

        public void Load(byte[] data, int start, int count)
        {
            Check(NativeMethods.Stage(_length, _loaded, data, start, count));
            _loaded += count;
        }

        public void EndLoad()
        {
            // Otherwise the arena might still hold what was staged before.
            if (_length == 0 || _loaded != _length)
            {
                throw new InferenceException(InferenceStatus.Format);
            }

            Opened(NativeMethods.OpenStaged());
        }

        /// <summary>The blob is copied into the arena of the firmware: native code must not keep the address of an array.</summary>
        public void Open(byte[] blob)
        {
            BeginLoad(blob.Length);
            for (int at = 0; at < blob.Length; at += StageChunkBytes)
            {
                Load(blob, at, blob.Length - at < StageChunkBytes ? blob.Length - at : StageChunkBytes);
            }

            EndLoad();
        }

        /// <summary>Native slots are executed in place; others are copied into the arena.</summary>
        public void OpenSlot(IModelSlots slots, int slot)
        {
            if (slots is NativeSlots)
            {
                Close();
                Opened(NativeMethods.OpenSlot(slot));
                return;
            }

            int length = slots.Length(slot);
            if (length == 0)
            {
                throw new InferenceException(InferenceStatus.Empty);
            }

            byte[] chunk = new byte[StageChunkBytes];
            BeginLoad(length);
            for (int at = 0; at < length; at += chunk.Length)
            {
                int count = length - at < chunk.Length ? length - at : chunk.Length;
                slots.Read(slot, at, chunk, 0, count);
                Load(chunk, 0, count);
            }

            EndLoad();
        }

        public TensorInfo Input(int index)
        {
            return Describe(KindInput, index);
        }

        public TensorInfo Output(int index)
        {
            return Describe(KindOutput, index);
        }

        public string Label(int index)
        {
            return NativeMethods.Text(_model, KindLabel, index);
        }

        public void WriteInput(int index, sbyte[] data, int start, int count)
        {
            Check(NativeMethods.WriteInput(_model, index, data, start, count));
        }

        public void WriteInput(int index, byte[] data, int start, int count)
        {
            Check(NativeMethods.WriteInputBytes(_model, index, data, start, count));
        }

        public void WriteInput(int index, float[] data, int start, int count)
        {
            Check(NativeMethods.QuantizeInput(_model, index, data, start, count));
        }

        public void ReadOutput(int index, sbyte[] data, int start, int count)
        {
            Check(NativeMethods.ReadOutput(_model, index, data, start, count));
        }

        public void ReadOutput(int index, byte[] data, int start, int count)
        {
            Check(NativeMethods.ReadOutputBytes(_model, index, data, start, count));
        }

        public void ReadOutput(int index, float[] data, int start, int count)
        {
            Check(NativeMethods.DequantizeOutput(_model, index, data, start, count));
        }

        public bool Step(int budgetMicroseconds)
        {
            return Check(NativeMethods.Step(_model, budgetMicroseconds)) == 1;
        }

        public void Run()
        {
            Check(NativeMethods.Run(_model, SliceMicroseconds));
        }

        public void Reset()
        {
            Check(NativeMethods.Reset(_model));
        }

        public void FillGolden(int vector)
        {
            Check(NativeMethods.FillGolden(_model, vector));
        }

        public bool CheckGolden(int vector)
        {
            int result = NativeMethods.CheckGolden(_model, vector);
            return result != InferenceStatus.Proof && Check(result) == 0;
        }

        public int InputFeatures(int index, int[] features)
        {
            return Check(NativeMethods.InputFeatures(_model, index, features));
        }

        public int Reference(byte[] data, int start, int count)
        {
            return Check(NativeMethods.Reference(_model, data, start, count));
        }

        public void Dispose()
        {
            Close();
        }

        /// <summary>The self-test of the list of native methods, before any other of them is called.</summary>
        internal static void RequireAbi()
        {
            int abi;
            try
            {
                abi = NativeMethods.Abi();
            }
            catch (Exception)
            {
                // Firmware without the native half has nothing to call.
                abi = 0;
            }

            if (abi != AbiMagic)
            {
                throw new InferenceException(InferenceStatus.Version);
            }
        }

        internal static int Check(int result)
        {
            if (result < 0)
            {
                throw new InferenceException(result);
            }

            return result;
        }

        private void Opened(int result)
        {
            if (result < 0)
            {
                throw new InferenceException(result, NativeMethods.FaultStep(), NativeMethods.FaultTensor());
            }

            _model = result;
        }

        private void Close()
        {
            if (_model != NoModel)
            {
                NativeMethods.Close(_model);
                _model = NoModel;
            }
        }

        private int Count(int kind)
        {
            return Check(NativeMethods.Count(_model, kind));
        }

        private TensorInfo Describe(int kind, int index)
        {
            int[] fields = new int[DescribeFields];
            Check(NativeMethods.Describe(_model, kind, index, fields));
            int[] shape = new int[fields[2]];
            for (int i = 0; i < shape.Length; i++)
            {
                shape[i] = fields[DescribeDims + i];
            }

            string name = NativeMethods.Text(_model, kind, index);
            float scale = BitConverter.ToSingle(BitConverter.GetBytes(fields[4]), 0);
            return new TensorInfo(name == null ? "" : name, fields[0], fields[1], shape, fields[3] != 0, scale, fields[5]);
        }
    }
}
