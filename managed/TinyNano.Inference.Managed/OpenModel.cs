using System;

namespace TinyNano.Inference
{
    /// <summary>A blob that has been proved, with its arena: what an engine has while a model is open.</summary>
    internal sealed class OpenModel
    {
        internal readonly BlobView View;

        internal readonly StepRunner Runner;

        private readonly byte[] _arena;
        private readonly ModelIo[] _inputs;
        private readonly ModelIo[] _outputs;

        /// <summary>Proves a blob, keeps the array, makes the arena and gives every state its initial contents.</summary>
        /// <exception cref="InferenceException">The blob is refused, or there is not enough memory.</exception>
        internal OpenModel(byte[] blob)
        {
            BlobLoader loader = Prove(blob);
            _arena = Allocate((int)BlobHeader.ArenaBytes(blob));
            View = loader.View;
            Runner = new StepRunner(loader, _arena);
            _inputs = new ModelIo[View.InputCount];
            for (int i = 0; i < _inputs.Length; i++)
            {
                _inputs[i] = new ModelIo(View, View.InputRecord(i), _arena);
            }

            _outputs = new ModelIo[View.OutputCount];
            for (int i = 0; i < _outputs.Length; i++)
            {
                _outputs[i] = new ModelIo(View, View.OutputRecord(i), _arena);
            }

            Runner.Reset();
        }

        internal string Name
        {
            get { return ModelIo.Text(View, 0); }
        }

        internal ModelIo Input(int index)
        {
            return At(_inputs, index);
        }

        internal ModelIo Output(int index)
        {
            return At(_outputs, index);
        }

        /// <summary>Null where there is none.</summary>
        internal string Label(int index)
        {
            return index < 0 || index >= View.LabelCount ? null : ModelIo.Text(View, Bytes.Int32(View.Blob, View.LabelsAt + (index << 2)));
        }

        internal void FillGolden(int vector)
        {
            int record = GoldenRecord(vector);
            if (vector == 0)
            {
                Runner.Reset();
            }

            GoldenVectors.Fill(_inputs, _arena, Bytes.UInt32(View.Blob, record + 4));
        }

        internal bool CheckGolden(int vector)
        {
            return GoldenVectors.Check(View, GoldenRecord(vector), _outputs, _arena);
        }

        internal int Reference(byte[] data, int start, int count)
        {
            if (start < 0 || count < 0 || start > data.Length || count > data.Length - start)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            int copied = View.HistogramsSize < count ? View.HistogramsSize : count;
            Array.Copy(View.Blob, View.HistogramsAt, data, start, copied);
            return copied;
        }

        /// <exception cref="InferenceException">Arena: there is not enough memory.</exception>
        internal static byte[] Allocate(int bytes)
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

        private static BlobLoader Prove(byte[] blob)
        {
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

            return loader;
        }

        private static ModelIo At(ModelIo[] all, int index)
        {
            if (index < 0 || index >= all.Length)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return all[index];
        }

        private int GoldenRecord(int vector)
        {
            if (vector < 0 || vector >= View.GoldenCount)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            return View.GoldenRecord(vector);
        }
    }
}
