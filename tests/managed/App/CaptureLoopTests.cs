using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class CaptureLoopTests : IResultSink
    {
        private int _results;
        private int _lastFrame;
        private int _lastFlags;
        private float _lastScore;

        [TestMethod]
        public void SelfTimedSource_IsReadBetweenInferences()
        {
            CountingSource source = new CountingSource(2);
            source.IsSelfTimed = true;
            source.EmptyReads = 2;
            CaptureLoop loop = NewLoop(source, 1, 1);
            for (int i = 0; i < 9; i++)
            {
                loop.Step();
            }

            Assert.AreEqual(3, _results);
            Assert.AreEqual(2, _lastFrame);
            Assert.AreEqual(5.0f, _lastScore);
            Assert.AreEqual(0, _lastFlags);
            source.Lost = 4;
            for (int i = 0; i < 3; i++)
            {
                loop.Step();
            }

            Assert.AreEqual(ResultMessage.FramesLostFlag, _lastFlags);
            Assert.AreEqual(4, loop.LostFrames);
        }

        [TestMethod]
        public void Once_CapturesOneNewWindow()
        {
            CountingSource source = new CountingSource(1);
            CaptureLoop loop = NewLoop(source, 4, 2);
            Assert.IsTrue(loop.Once(10));
            Assert.AreEqual(3, source.FrameNumber);
            Assert.IsTrue(loop.Once(10));
            Assert.AreEqual(7, source.FrameNumber);
            Assert.AreEqual(2, _results);
            Assert.IsFalse(loop.Once(3));
            Assert.AreEqual(2, _results);
        }

        [TestMethod]
        public void Thread_CapturesDuringInferences()
        {
            CountingSource source = new CountingSource(1);
            CaptureLoop loop = NewLoop(source, 4, 4);
            loop.Start();
            for (int i = 0; i < 1000 && _results < 3; i++)
            {
                loop.Step();
            }

            loop.Stop();
            Assert.IsTrue(_results >= 3);
            Assert.IsTrue(loop.Capture.Frames >= 12);
        }

        public void OnResult(ResultMessage result)
        {
            _results++;
            _lastFrame = result.Frame;
            _lastFlags = result.Flags;
            _lastScore = result.Score;
        }

        private CaptureLoop NewLoop(CountingSource source, int length, int stride)
        {
            _results = 0;
            SampleWindow window = new SampleWindow(source.Channels, length, stride, new FeatureScaler(new float[] { 2 }, new float[] { -4 }, 1, 0));
            Model model = Model.Open(new StubEngine(source.Channels * length, source.Channels * length, ElementType.Int8), new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(-1, 1000));
            return new CaptureLoop(source, source, 100, stride, window, pipeline, this);
        }
    }
}
