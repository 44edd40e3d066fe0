using System;
using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>
    /// A candidate that runs on every n-th sample beside the model, whose answers alone count. Classifiers agree where the largest output is
    /// the same one; models of a single output where the two differ by a tenth at most. Nothing allocates after construction.
    /// </summary>
    public sealed class ShadowModel : IDisposable
    {
        private const float Tolerance = 0.1f;

        private readonly Model _candidate;
        private readonly int _every;
        private readonly float[] _input;
        private readonly float[] _output;
        private readonly float _scale;
        private readonly int _zero;
        private int _skipped;

        private ShadowModel(Model model, Model candidate, int every)
        {
            _candidate = candidate;
            _every = every;
            _scale = model.Input.Scale;
            _zero = model.Input.ZeroPoint;
            bool same = _scale == candidate.Input.Scale && _zero == candidate.Input.ZeroPoint;
            _input = same ? null : new float[model.Input.Length];
            _output = new float[candidate.Output.Length];
        }

        /// <summary>Samples compared, and those on which the two agreed.</summary>
        public int Samples { get; private set; }

        public int Agreed { get; private set; }

        /// <summary>Null, and the candidate is closed, where the two do not take the same samples or do not answer alike.</summary>
        public static ShadowModel Create(Model model, Model candidate, int every)
        {
            bool fits = candidate.Inputs.Length == 1
                && candidate.Outputs.Length >= 1
                && candidate.Input.Length == model.Input.Length
                && candidate.Input.ElementType == ElementType.Int8
                && (candidate.Output.Length == 1) == (model.Output.Length == 1);
            if (!fits)
            {
                candidate.Dispose();
                return null;
            }

            return new ShadowModel(model, candidate, every < 1 ? 1 : every);
        }

        /// <summary>Runs the candidate where it is its turn. One that fails disagrees.</summary>
        /// <param name="input">Elements of the model's input.</param>
        /// <param name="result">The model's answer to it.</param>
        public void Compare(sbyte[] input, ResultMessage result)
        {
            _skipped++;
            if (_skipped < _every)
            {
                return;
            }

            _skipped = 0;
            Samples++;
            try
            {
                Run(input);
                Agreed += Agrees(result) ? 1 : 0;
            }
            catch (InferenceException)
            {
                // Counted as a sample, not as an agreement.
            }
        }

        public void Dispose()
        {
            _candidate.Dispose();
        }

        private void Run(sbyte[] input)
        {
            if (_input == null)
            {
                _candidate.SetInput(0, input);
            }
            else
            {
                for (int i = 0; i < input.Length; i++)
                {
                    _input[i] = Quantization.ToReal(input[i], _scale, _zero);
                }

                _candidate.SetInput(0, _input);
            }

            _candidate.Run();
            _candidate.GetOutput(0, _output);
        }

        private bool Agrees(ResultMessage result)
        {
            if (_output.Length == 1)
            {
                float difference = _output[0] - result.Score;
                float size = result.Score < 0 ? -result.Score : result.Score;
                return (difference < 0 ? -difference : difference) <= Tolerance * size;
            }

            int best = 0;
            for (int i = 1; i < _output.Length; i++)
            {
                if (_output[i] > _output[best])
                {
                    best = i;
                }
            }

            return best == result.ClassIndex;
        }
    }
}
