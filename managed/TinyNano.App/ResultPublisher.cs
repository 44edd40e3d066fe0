using System.Device.Gpio;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;
using TinyNano.Telemetry;

namespace TinyNano.App
{
    /// <summary>What becomes of a result: the output pin, and messages.</summary>
    internal sealed class ResultPublisher : IResultSink
    {
        private readonly TelemetryReporter _reporter;
        private readonly IClock _clock;
        private readonly GpioPin _pin;
        private readonly string[] _labels;

        /// <param name="reporter">Publishes.</param>
        /// <param name="clock">The time.</param>
        /// <param name="pin">Null: none.</param>
        /// <param name="jsonOf">The model whose labels the JSON names; null: no JSON.</param>
        internal ResultPublisher(TelemetryReporter reporter, IClock clock, GpioPin pin, Model jsonOf)
        {
            _reporter = reporter;
            _clock = clock;
            _pin = pin;
            if (jsonOf != null)
            {
                _labels = new string[jsonOf.LabelCount];
                for (int i = 0; i < _labels.Length; i++)
                {
                    _labels[i] = jsonOf.Label(i);
                }
            }
        }

        public void OnResult(ResultMessage result)
        {
            if (_pin != null)
            {
                _pin.Write((result.Flags & ResultMessage.OutputOnFlag) != 0 ? PinValue.High : PinValue.Low);
            }

            _reporter.RecordInference((int)result.LatencyMicroseconds);
            _reporter.PublishResult(result, _clock.Microseconds);
            if (_labels != null)
            {
                _reporter.PublishJson(result, result.ClassIndex < _labels.Length ? _labels[result.ClassIndex] : null);
            }
        }
    }
}
