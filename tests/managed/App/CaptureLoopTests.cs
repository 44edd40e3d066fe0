using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class CaptureLoopTests
    {
        [TestMethod]
        public static void SelfTimedSource_IsReadBetweenInferences()
        {
            CountingSource source = new CountingSource(2);
            source.IsSelfTimed = true;
            source.EmptyReads = 2;
            ResultLog log = new ResultLog();
            CaptureLoop loop = NewLoop(source, log, 1, 1);
            for (int i = 0; i < 9; i++)
            {
                loop.Step();
            }

            Assert.AreEqual(3, log.Count);
            Assert.AreEqual(2, log.LastFrame);
            Assert.AreEqual(5.0f, log.LastScore);
            Assert.AreEqual(0, log.LastFlags);
            source.Lost = 4;
            for (int i = 0; i < 3; i++)
            {
                loop.Step();
            }

            Assert.AreEqual(ResultMessage.FramesLostFlag, log.LastFlags);
            Assert.AreEqual(4, loop.LostFrames);
        }

        [TestMethod]
        public static void Once_CapturesOneNewWindow()
        {
            CountingSource source = new CountingSource(1);
            ResultLog log = new ResultLog();
            CaptureLoop loop = NewLoop(source, log, 4, 2);
            Assert.IsTrue(loop.Once(10));
            Assert.AreEqual(3, source.FrameNumber);
            Assert.IsTrue(loop.Once(10));
            Assert.AreEqual(7, source.FrameNumber);
            Assert.AreEqual(2, log.Count);
            Assert.IsFalse(loop.Once(3));
            Assert.AreEqual(2, log.Count);
        }

        [TestMethod]
        public static void Thread_CapturesDuringInferences()
        {
            CountingSource source = new CountingSource(1);
            ResultLog log = new ResultLog();
            CaptureLoop loop = NewLoop(source, log, 4, 4);
            loop.Start();
            for (int i = 0; i < 1000 && log.Count < 3; i++)
            {
                loop.Step();
            }

            loop.Stop();
            Assert.IsTrue(log.Count >= 3);
            Assert.IsTrue(loop.Capture.Frames >= 12);
        }

        private static CaptureLoop NewLoop(CountingSource source, ResultLog log, int length, int stride)
        {
            SampleWindow window = new SampleWindow(source.Channels, length, stride, new FeatureScaler(new float[] { 2 }, new float[] { -4 }, 1, 0));
            Model model = Model.Open(new StubEngine(source.Channels * length, source.Channels * length, ElementType.Int8), new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(-1, 1000));
            return new CaptureLoop(source, source, 100, stride, window, pipeline, log);
        }
    }
}
