namespace TinyNano.Inference
{
    /// <summary>Decodes step records, one after the other, into one context whose objects it reuses.</summary>
    internal sealed class StepReader
    {
        internal readonly StepContext Context = new StepContext();

        private readonly BlobView _view;
        private readonly Tensor _scratch = new Tensor();

        // Of the record that was read.
        private int _refsAt;
        private int _scratchRef;

        internal StepReader(BlobView view)
        {
            _view = view;
            Context.Blob = view.Blob;
            Context.Inputs = new Tensor[0];
            Context.Outputs = new Tensor[0];
            Context.Present = new bool[0];
        }

        /// <summary>Bytes of the record that was read.</summary>
        internal int RecordBytes { get; private set; }

        internal int Op { get; private set; }

        internal int ParamBytes { get; private set; }

        /// <summary>Reads the record at an offset in the steps section. False where it does not lie inside.</summary>
        internal bool Read(int offset)
        {
            byte[] blob = _view.Blob;
            int left = _view.StepsSize - offset;
            if (left < BlobView.StepSize)
            {
                return false;
            }

            int at = _view.StepsAt + offset;
            StepContext context = Context;
            Op = blob[at];
            context.InputCount = blob[at + 1];
            context.OutputCount = blob[at + 2];
            ParamBytes = Bytes.UInt16(blob, at + 4);
            _scratchRef = Bytes.UInt16(blob, at + 6);
            _refsAt = at + BlobView.StepSize;
            int refs = (context.InputCount + context.OutputCount + 1) / 2 * 4;
            RecordBytes = BlobView.StepSize + refs + ParamBytes;
            context.ParamsAt = _refsAt + refs;

            // Other kernels than the general ones belong to targets that this engine is not.
            return RecordBytes <= left && (ParamBytes & 3) == 0 && blob[at + 3] == 0;
        }

        /// <summary>The tensor that a position (inputs, then outputs) refers to.</summary>
        internal int Reference(int position)
        {
            return Bytes.UInt16(_view.Blob, _refsAt + (position << 1));
        }

        /// <summary>References exist, and nothing writes to a constant. Makes room for the tensors of the record.</summary>
        internal bool Fits()
        {
            StepContext context = Context;
            BlobView view = _view;
            int count = context.InputCount + context.OutputCount;
            for (int i = 0; i < count; i++)
            {
                int reference = Reference(i);
                bool output = i >= context.InputCount;
                if (reference == BlobView.None ? output : reference >= view.TensorCount)
                {
                    return false;
                }

                if (output && view.Place(reference) == Tensor.Constant)
                {
                    return false;
                }
            }

            if (_scratchRef != BlobView.None
                && (_scratchRef >= view.TensorCount || view.Place(_scratchRef) != Tensor.InArena
                    || view.ElementTypeOf(_scratchRef) != ElementType.UInt8))
            {
                return false;
            }

            Grow();
            return true;
        }

        /// <summary>Makes the context show the tensors of the record. Allocates nothing once <see cref="Fits"/> has seen it.</summary>
        internal void Show(byte[] arena)
        {
            StepContext context = Context;
            BlobView view = _view;
            int inputs = context.InputCount;
            for (int i = 0; i < inputs; i++)
            {
                int reference = Reference(i);
                bool present = reference != BlobView.None;
                context.Present[i] = present;
                if (present)
                {
                    view.Show(reference, arena, context.Inputs[i]);
                }
            }

            for (int i = 0; i < context.OutputCount; i++)
            {
                view.Show(Reference(inputs + i), arena, context.Outputs[i]);
            }

            context.Arena = arena;
            context.ScratchAt = 0;
            context.ScratchBytes = 0;
            context.Blame = -1;
            if (_scratchRef != BlobView.None)
            {
                view.Show(_scratchRef, arena, _scratch);
                context.ScratchAt = _scratch.Offset;
                context.ScratchBytes = _scratch.Count;
            }
        }

        private void Grow()
        {
            StepContext context = Context;
            context.Inputs = Grown(context.Inputs, context.InputCount);
            context.Outputs = Grown(context.Outputs, context.OutputCount);
            if (context.Present.Length < context.InputCount)
            {
                context.Present = new bool[context.InputCount];
            }
        }

        private static Tensor[] Grown(Tensor[] tensors, int count)
        {
            if (tensors.Length >= count)
            {
                return tensors;
            }

            Tensor[] grown = new Tensor[count];
            for (int i = 0; i < count; i++)
            {
                grown[i] = i < tensors.Length ? tensors[i] : new Tensor();
            }

            return grown;
        }
    }
}
