using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;
using TinyNano.Telemetry;

namespace TinyNano.App
{
    /// <summary>Counts what the model sees and says, and offers uncertain inputs for labelling. Nothing allocates after construction.</summary>
    public sealed class HealthWatch : IInferenceWatch
    {
        // As many as an input can have at most.
        private const int MaxFeatures = 8;

        private readonly IClock _clock;
        private readonly UncertaintySampler _sampler;
        private readonly OutputStatistics _statistics;
        private readonly AnomalyScore _score;
        private readonly int[] _features = new int[MaxFeatures];

        /// <param name="model">With an int8 input and an output of int8 or float32.</param>
        /// <param name="clock">The time.</param>
        /// <param name="sampler">Takes uncertain inputs; null: none.</param>
        public HealthWatch(Model model, IClock clock, UncertaintySampler sampler)
        {
            _clock = clock;
            _sampler = sampler;
            TensorInfo input = model.Input;
            TensorInfo output = model.Output;
            bool isReal = output.ElementType == ElementType.Float32;
            bool isSoftmax = !isReal && OutputStatistics.IsSoftmax(output.Scale, output.ZeroPoint);
            if (model.Outputs.Length != 1 || output.Length < 2)
            {
                // Neither a classifier nor something that rebuilds its input.
            }
            else if (output.Length == input.Length && !isSoftmax && model.Inputs.Length == 1)
            {
                _score = new AnomalyScore(input.Length, input.Scale, input.ZeroPoint, output.Scale, output.ZeroPoint);
            }
            else
            {
                _statistics = isReal ? new OutputStatistics(output.Length) : new OutputStatistics(output.Length, output.Scale, output.ZeroPoint);
            }

            Monitor = new HealthMonitor(_statistics == null ? 0 : output.Length, HealthMessage.MaxFeatures, _score != null, Edges(model));
        }

        public HealthMonitor Monitor { get; }

        public void OnInput(Model model)
        {
            if (model.InputFeatures(0, _features) >= HealthMessage.MaxFeatures)
            {
                Monitor.RecordFeatures(_features);
            }
        }

        public void OnOutput(sbyte[] input, sbyte[] output, float[] reals, int microseconds)
        {
            Monitor.Record(microseconds);
            if (_score != null)
            {
                Monitor.RecordScore(reals == null ? _score.Of(input, output) : _score.Of(input, reals));
            }

            if (_statistics == null)
            {
                return;
            }

            if (reals == null)
            {
                _statistics.Evaluate(output);
            }
            else
            {
                _statistics.Evaluate(reals);
            }

            Monitor.RecordOutput(_statistics);
            if (_sampler != null)
            {
                _sampler.Offer(_statistics, input, _clock.Microseconds);
            }
        }

        private static HealthEdges Edges(Model model)
        {
            int[] shape = model.Input.Shape;
            int last = shape.Length == 0 ? 1 : shape[shape.Length - 1];
            HealthEdges edges = new HealthEdges(last >= 2 && last <= 4 ? last : 1);
            byte[] reference = new byte[HealthEdges.MaxReferenceBytes];
            edges.Read(reference, model.Reference(reference, 0, reference.Length));
            return edges;
        }
    }
}
