using System;

namespace TinyNano.Inference
{
    /// <summary>Runs the steps of a blob that <see cref="BlobLoader"/> has proved, by the clock.</summary>
    internal sealed class StepRunner
    {
        private readonly BlobView _view;
        private readonly StepReader _steps;
        private readonly Operator[] _operators;
        private readonly byte[] _arena;

        // The step that is next, and where its record begins in the steps section.
        private int _step;
        private int _cursor;

        internal StepRunner(BlobLoader loader, byte[] arena)
        {
            _view = loader.View;
            _steps = loader.Steps;
            _operators = loader.Operators;
            _arena = arena;
        }

        /// <summary>Spent in the steps of the run that is under way or was the last.</summary>
        internal int Milliseconds { get; private set; }

        /// <summary>Runs steps until the budget is used up, at least one; true when the outputs are ready.</summary>
        internal bool Run(int budgetMicroseconds)
        {
            int count = _view.StepCount;
            if (_step == count)
            {
                _step = 0;
                _cursor = 0;
            }

            if (_step == 0)
            {
                Milliseconds = 0;
            }

            long begin = Environment.TickCount64;
            long passed = 0;
            while (_step < count)
            {
                RunStep();
                passed = Environment.TickCount64 - begin;
                if (passed * 1000 >= budgetMicroseconds)
                {
                    break;
                }
            }

            Milliseconds += (int)passed;
            return _step == count;
        }

        /// <summary>Gives every state its initial contents, and gives up a run that is under way.</summary>
        internal void Reset()
        {
            BlobView view = _view;
            _step = 0;
            _cursor = 0;
            for (int i = 0; i < view.TensorCount; i++)
            {
                if (view.Place(i) == Tensor.State)
                {
                    int record = view.TensorsAt + i * BlobView.TensorSize;
                    byte fill = view.Blob[record + 3];
                    int at = Bytes.Int32(view.Blob, record + 4);
                    for (int end = at + Bytes.Int32(view.Blob, record + 8); at < end; at++)
                    {
                        _arena[at] = fill;
                    }
                }
            }
        }

        // The loader has walked the records: they decode, and the operator is there.
        private void RunStep()
        {
            StepReader steps = _steps;
            steps.Read(_cursor);
            steps.Show(_arena);
            _operators[steps.Op].Eval(steps.Context);
            _cursor += steps.RecordBytes;
            _step++;
        }
    }
}
