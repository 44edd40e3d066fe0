using System;
using System.IO;

namespace TinyNano.Inference
{
    /// <summary>A model ready to run: fill its inputs, run it, read its outputs. Not thread-safe.</summary>
    /// <exception cref="InferenceException">From every member; its status says why (<c>tinynano explain</c>).</exception>
    public sealed class Model : IDisposable
    {
        // Small enough for any heap, large enough that a file is read in few calls.
        private const int FileChunkBytes = 2048;

        private readonly IEngine _engine;

        private Model(IEngine engine)
        {
            _engine = engine;
            Inputs = new TensorInfo[engine.InputCount];
            for (int i = 0; i < Inputs.Length; i++)
            {
                Inputs[i] = engine.Input(i);
            }

            Outputs = new TensorInfo[engine.OutputCount];
            for (int i = 0; i < Outputs.Length; i++)
            {
                Outputs[i] = engine.Output(i);
            }
        }

        public string Name
        {
            get { return _engine.Name; }
        }

        /// <summary>The publisher's number.</summary>
        public int Version
        {
            get { return _engine.ModelVersion; }
        }

        /// <summary>RAM that the model works in.</summary>
        public int ArenaBytes
        {
            get { return _engine.ArenaBytes; }
        }

        public int StepCount
        {
            get { return _engine.StepCount; }
        }

        public TensorInfo[] Inputs { get; }

        public TensorInfo[] Outputs { get; }

        /// <summary>The first input.</summary>
        public TensorInfo Input
        {
            get { return Inputs[0]; }
        }

        /// <summary>The first output.</summary>
        public TensorInfo Output
        {
            get { return Outputs[0]; }
        }

        public int LabelCount
        {
            get { return _engine.LabelCount; }
        }

        /// <summary>Microseconds spent computing in the last run, without the time that other threads had.</summary>
        public int LastRunMicroseconds
        {
            get { return _engine.RunMicroseconds; }
        }

        /// <summary>
        /// Opens a blob that is in memory, for example a resource of the application. The model owns the engine from here on.
        /// </summary>
        public static Model Open(IEngine engine, byte[] blob)
        {
            engine.Open(blob);
            return new Model(engine);
        }

        /// <summary>Opens a blob from a file, reading it in pieces.</summary>
        /// <exception cref="IOException">The file cannot be read.</exception>
        public static Model OpenFile(IEngine engine, string path)
        {
            using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                byte[] chunk = new byte[FileChunkBytes];
                int left = (int)file.Length;
                engine.BeginLoad(left);
                while (left > 0)
                {
                    int count = file.Read(chunk, 0, chunk.Length < left ? chunk.Length : left);
                    if (count <= 0)
                    {
                        throw new IOException();
                    }

                    engine.Load(chunk, 0, count);
                    left -= count;
                }
            }

            engine.EndLoad();
            return new Model(engine);
        }

        /// <summary>Opens the confirmed model of the slots.</summary>
        public static Model OpenActive(IEngine engine, IModelSlots slots)
        {
            int slot = slots.Active;
            if (slot < 0)
            {
                throw new InferenceException(InferenceStatus.Empty);
            }

            return OpenSlot(engine, slots, slot);
        }

        /// <summary>Opens the blob in a slot.</summary>
        public static Model OpenSlot(IEngine engine, IModelSlots slots, int slot)
        {
            engine.OpenSlot(slots, slot);
            return new Model(engine);
        }

        /// <summary>The label of a class; null where the model has none for it. Allocates.</summary>
        public string Label(int index)
        {
            return _engine.Label(index);
        }

        /// <summary>Runs a model of one int8 input and one int8 output.</summary>
        /// <param name="input"><see cref="TensorInfo.Length"/> elements of <see cref="Input"/>.</param>
        /// <param name="output">Receives the elements of <see cref="Output"/>.</param>
        public void Run(sbyte[] input, sbyte[] output)
        {
            _engine.WriteInput(0, input, 0, input.Length);
            _engine.Run();
            _engine.ReadOutput(0, output, 0, output.Length);
        }

        /// <summary>Runs a model of one input and one output on real numbers.</summary>
        public void Run(float[] input, float[] output)
        {
            _engine.WriteInput(0, input, 0, input.Length);
            _engine.Run();
            _engine.ReadOutput(0, output, 0, output.Length);
        }

        /// <summary>Runs on the inputs that have been set. They must be set again before the next run.</summary>
        public void Run()
        {
            _engine.Run();
        }

        /// <summary>
        /// Runs steps for about so many microseconds: until the budget is used up, at least one step. True when the outputs are ready.
        /// </summary>
        public bool RunStep(int budgetMicroseconds)
        {
            return _engine.Step(budgetMicroseconds);
        }

        public void SetInput(int index, sbyte[] elements)
        {
            _engine.WriteInput(index, elements, 0, elements.Length);
        }

        /// <summary>Sets an input from its raw little-endian bytes.</summary>
        public void SetInput(int index, byte[] bytes)
        {
            _engine.WriteInput(index, bytes, 0, bytes.Length);
        }

        /// <summary>Sets an input from real numbers; a quantised one takes the nearest numbers it has.</summary>
        public void SetInput(int index, float[] values)
        {
            _engine.WriteInput(index, values, 0, values.Length);
        }

        public void GetOutput(int index, sbyte[] elements)
        {
            _engine.ReadOutput(index, elements, 0, elements.Length);
        }

        public void GetOutput(int index, byte[] bytes)
        {
            _engine.ReadOutput(index, bytes, 0, bytes.Length);
        }

        public void GetOutput(int index, float[] values)
        {
            _engine.ReadOutput(index, values, 0, values.Length);
        }

        /// <summary>
        /// A few cheap numbers about an input of int8 or uint8 that has been set and not yet run; see <see cref="IEngine.InputFeatures"/>.
        /// Returns how many; 0 for an input of another type.
        /// </summary>
        public int InputFeatures(int index, int[] features)
        {
            return _engine.InputFeatures(index, features);
        }

        /// <summary>Copies at most so many of the first bytes of the blob's reference histograms. Returns how many; 0 where there are none.</summary>
        public int Reference(byte[] data, int start, int count)
        {
            return _engine.Reference(data, start, count);
        }

        /// <summary>Gives every state (LSTM, GRU, SVDF) its initial contents.</summary>
        public void Reset()
        {
            _engine.Reset();
        }

        /// <summary>Microseconds that the slowest golden vector took in the last <see cref="Prove"/>.</summary>
        public int SlowestProofMicroseconds { get; private set; }

        /// <summary>Runs the golden vectors of the blob on this device and resets. False where one does not come out.</summary>
        public bool Prove()
        {
            bool proved = true;
            int count = _engine.GoldenCount;
            SlowestProofMicroseconds = 0;
            for (int i = 0; i < count && proved; i++)
            {
                _engine.FillGolden(i);
                _engine.Run();
                int microseconds = _engine.RunMicroseconds;
                SlowestProofMicroseconds = microseconds > SlowestProofMicroseconds ? microseconds : SlowestProofMicroseconds;
                proved = _engine.CheckGolden(i);
            }

            _engine.Reset();
            return proved;
        }

        public void Dispose()
        {
            _engine.Dispose();
        }
    }
}
