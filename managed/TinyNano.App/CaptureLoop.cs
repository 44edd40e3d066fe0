using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>
    /// Sensor, ring, window and pipeline, one after the other. A sensor that the device must time is captured by a thread of its own, which
    /// goes on during an inference; one that keeps its own time is read in between. Nothing allocates after <see cref="Start"/>.
    /// </summary>
    public sealed class CaptureLoop
    {
        // 16 KB of int16: more would not help a device that is too slow.
        private const int MaxRingSamples = 8192;
        private const int WaitMilliseconds = 100;

        private readonly ISampleSource _source;
        private readonly SampleRing _ring;
        private readonly SampleWindow _window;
        private readonly PacedCapture _capture;
        private readonly Pipeline _pipeline;
        private readonly IResultSink _sink;
        private readonly short[] _chunk;
        private readonly int _chunkFrames;
        private int _lostBefore;

        /// <param name="source">Stays the caller's.</param>
        /// <param name="clock">The time.</param>
        /// <param name="rate">Frames a second.</param>
        /// <param name="stride">Frames from one window to the next.</param>
        /// <param name="window">Where the frames go.</param>
        /// <param name="pipeline">What becomes of a window.</param>
        /// <param name="sink">Hears of the results.</param>
        public CaptureLoop(ISampleSource source, IClock clock, int rate, int stride, SampleWindow window, Pipeline pipeline, IResultSink sink)
        {
            _source = source;
            _window = window;
            _pipeline = pipeline;
            _sink = sink;
            _ring = new SampleRing(RingFrames(source, rate, stride), source.Channels);
            _capture = new PacedCapture(source, _ring, clock, rate);

            // Within one stride at most one window becomes ready, so none is skipped.
            _chunkFrames = stride < _ring.Capacity ? stride : _ring.Capacity;
            _chunk = new short[_chunkFrames * source.Channels];
        }

        public PacedCapture Capture
        {
            get { return _capture; }
        }

        /// <summary>Frames lost anywhere on the way.</summary>
        public int LostFrames
        {
            get { return _source.Lost + _capture.Lost + _ring.Lost; }
        }

        /// <summary>Begins to capture.</summary>
        public void Start()
        {
            if (!_source.IsSelfTimed)
            {
                _capture.Start();
            }
        }

        /// <summary>Waits a little for frames and runs the model where a window is ready.</summary>
        public void Step()
        {
            if (_source.IsSelfTimed)
            {
                _capture.Step();
            }
            else
            {
                _capture.Wait(WaitMilliseconds);
            }

            Pump();
        }

        /// <summary>Captures one new window in this thread and runs the model once; for triggers and for devices that sleep in between.</summary>
        /// <param name="maxFrames">Frames to try; a sensor may have none.</param>
        /// <returns>Whether there was a result.</returns>
        public bool Once(int maxFrames)
        {
            _ring.Clear();
            _window.Clear();
            _capture.Restart();
            for (int i = 0; i < maxFrames; i++)
            {
                _capture.Step();
                if (Pump())
                {
                    return true;
                }
            }

            return false;
        }

        public void Stop()
        {
            _capture.Stop();
        }

        private bool Pump()
        {
            bool any = false;
            int count = _ring.Read(_chunk, 0, _chunkFrames);
            while (count > 0)
            {
                _window.Add(_chunk, 0, count);
                if (_window.IsReady)
                {
                    any = true;
                    Infer();
                }

                count = _ring.Read(_chunk, 0, _chunkFrames);
            }

            return any;
        }

        private void Infer()
        {
            int lost = LostFrames;
            if (_pipeline.Run(_source.FrameNumber, lost != _lostBefore))
            {
                _sink.OnResult(_pipeline.Result);
            }

            _lostBefore = lost;
        }

        private static int RingFrames(ISampleSource source, int rate, int stride)
        {
            // A second, or two strides: what may come during one inference.
            int frames = rate > 2 * stride ? rate : 2 * stride;
            int most = MaxRingSamples / source.Channels;
            frames = source.IsSelfTimed ? 1 : frames < most ? frames : most;
            return frames < 1 ? 1 : frames;
        }
    }
}
