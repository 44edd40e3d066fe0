using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>From a window to a result: fills the model's input, runs it, and judges its first output. Nothing allocates after construction.</summary>
    public sealed class Pipeline
    {
        private readonly Model _model;
        private readonly SampleWindow _window;
        private readonly OutputRule _rule;
        private readonly sbyte[] _input;
        private readonly sbyte[] _output;
        private readonly float[] _reals;
        private readonly float _scale;
        private readonly int _zero;

        /// <param name="model">With one int8 input and an output of int8 or float32.</param>
        /// <param name="window">As many elements as the input.</param>
        /// <param name="rule">What switches the output pin on.</param>
        /// <exception cref="InferenceException">The model has another shape or other types: status -1, -8.</exception>
        public Pipeline(Model model, SampleWindow window, OutputRule rule)
        {
            if (model.Inputs.Length != 1 || model.Outputs.Length < 1 || model.Input.Length != window.Elements)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            bool isReal = model.Output.ElementType == ElementType.Float32;
            if (model.Input.ElementType != ElementType.Int8 || (!isReal && model.Output.ElementType != ElementType.Int8))
            {
                throw new InferenceException(InferenceStatus.Type);
            }

            _model = model;
            _window = window;
            _rule = rule;
            _input = new sbyte[model.Input.Length];
            _output = isReal ? null : new sbyte[model.Output.Length];
            _reals = isReal ? new float[model.Output.Length] : null;
            _scale = model.Output.IsQuantized ? model.Output.Scale : 1.0f;
            _zero = model.Output.ZeroPoint;
            Result = new ResultMessage();
            Result.ModelVersion = (uint)model.Version;
            Result.ClassCount = model.Output.Length;
        }

        /// <summary>The last result; the same object every time.</summary>
        public ResultMessage Result { get; }

        /// <summary>What <see cref="Result"/> is the answer to.</summary>
        public sbyte[] Input
        {
            get { return _input; }
        }

        /// <summary>Sees every inference; null: nobody.</summary>
        public IInferenceWatch Watch { get; set; }

        /// <summary>Runs the model where the window is ready.</summary>
        /// <param name="frame">Number of the last frame in the window.</param>
        /// <param name="framesLost">Whether frames have been lost since the last window.</param>
        /// <returns>Whether there is a new <see cref="Result"/>.</returns>
        public bool Run(int frame, bool framesLost)
        {
            if (!_window.Fill(_input))
            {
                return false;
            }

            _model.SetInput(0, _input);
            if (Watch != null)
            {
                Watch.OnInput(_model);
            }

            _model.Run();
            int best = _reals == null ? BestInt8() : BestReal();
            if (Watch != null)
            {
                Watch.OnOutput(_input, _output, _reals, _model.LastRunMicroseconds);
            }

            Result.Inference++;
            Result.LatencyMicroseconds = (uint)_model.LastRunMicroseconds;
            Result.ClassIndex = Result.ClassCount == 1 ? ResultMessage.NoClass : best;
            Result.Score = _reals == null ? Quantization.ToReal(_output[best], _scale, _zero) : _reals[best];
            Result.Frame = frame;
            Result.Flags = (_rule.IsOn(Result) ? ResultMessage.OutputOnFlag : 0) | (framesLost ? ResultMessage.FramesLostFlag : 0);
            return true;
        }

        private int BestInt8()
        {
            _model.GetOutput(0, _output);
            return Quantization.ArgMax(_output);
        }

        private int BestReal()
        {
            _model.GetOutput(0, _reals);
            int best = 0;
            for (int i = 1; i < _reals.Length; i++)
            {
                if (_reals[i] > _reals[best])
                {
                    best = i;
                }
            }

            return best;
        }
    }
}
