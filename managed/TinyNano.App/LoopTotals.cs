using TinyNano.Contracts;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>What capture loops have counted since the start: one ends and another begins where the model is swapped.</summary>
    internal sealed class LoopTotals
    {
        private int _frames;
        private int _late;
        private int _lost;

        /// <summary>Keeps what a loop has counted that has ended.</summary>
        internal void Add(CaptureLoop loop, ISampleSource source)
        {
            _frames += loop.Capture.Frames;
            _late += loop.Capture.Late;

            // The source goes on counting what it has lost.
            _lost += loop.LostFrames - source.Lost;
        }

        /// <summary>Fills in the counters of telemetry.</summary>
        internal void Fill(TelemetryMessage counters, CaptureLoop loop, ISampleSource source)
        {
            counters.Frames = (uint)(_frames + loop.Capture.Frames);
            counters.LateFrames = (uint)(_late + loop.Capture.Late);
            counters.LostFrames = (uint)(_lost + loop.LostFrames);
            counters.SensorErrors = (uint)source.Errors;
        }
    }
}
