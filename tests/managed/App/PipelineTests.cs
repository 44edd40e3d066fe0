using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class PipelineTests
    {
        [TestMethod]
        public static void Result_IsTheLargestOutput()
        {
            SampleWindow window = NewWindow(3);
            Model model = Model.Open(new StubEngine(3, 3, ElementType.Int8), new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(1, 4.0f));
            Assert.IsFalse(pipeline.Run(0, false));
            window.Add(new short[] { 2, 6, 1 }, 0, 3);
            Assert.IsTrue(pipeline.Run(9, false));
            Assert.AreEqual(1, pipeline.Result.ClassIndex);
            Assert.AreEqual(3, pipeline.Result.ClassCount);
            Assert.AreEqual(5.0f, pipeline.Result.Score);
            Assert.AreEqual(ResultMessage.OutputOnFlag, pipeline.Result.Flags);
            Assert.AreEqual(9, pipeline.Result.Frame);
            Assert.AreEqual(100u, pipeline.Result.LatencyMicroseconds);
            window.Add(new short[] { 7, 6, 1 }, 0, 3);
            Assert.IsTrue(pipeline.Run(10, true));
            Assert.AreEqual(0, pipeline.Result.ClassIndex);
            Assert.AreEqual(ResultMessage.FramesLostFlag, pipeline.Result.Flags);
            Assert.AreEqual(2u, pipeline.Result.Inference);
        }

        [TestMethod]
        public static void RealOutput_IsTakenAsItIs()
        {
            SampleWindow window = NewWindow(2);
            Model model = Model.Open(new StubEngine(2, 2, ElementType.Float32), new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(-1, 100.0f));
            window.Add(new short[] { -3, -2 }, 0, 2);
            Assert.IsTrue(pipeline.Run(0, false));
            Assert.AreEqual(1, pipeline.Result.ClassIndex);
            Assert.AreEqual(-2.0f, pipeline.Result.Score);
            Assert.AreEqual(0, pipeline.Result.Flags);
        }

        [TestMethod]
        public static void SingleOutput_HasNoClass()
        {
            SampleWindow window = NewWindow(2);
            Model model = Model.Open(new StubEngine(2, 1, ElementType.Int8), new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(-1, 0.0f));
            window.Add(new short[] { 8, 0 }, 0, 2);
            Assert.IsTrue(pipeline.Run(0, false));
            Assert.AreEqual(ResultMessage.NoClass, pipeline.Result.ClassIndex);
            Assert.AreEqual(6.0f, pipeline.Result.Score);
            Assert.AreEqual(ResultMessage.OutputOnFlag, pipeline.Result.Flags);
        }

        [TestMethod]
        public static void ModelThatDoesNotFit_IsRefused()
        {
            StubEngine real = new StubEngine(3, 3, ElementType.Int8);
            real.InputType = ElementType.Float32;
            Assert.AreEqual(InferenceStatus.Type, StatusOf(real, 3));
            Assert.AreEqual(InferenceStatus.Type, StatusOf(new StubEngine(3, 3, ElementType.Int32), 3));
            Assert.AreEqual(InferenceStatus.Arg, StatusOf(new StubEngine(4, 3, ElementType.Int8), 3));
            Assert.AreEqual(InferenceStatus.Ok, StatusOf(new StubEngine(3, 3, ElementType.Int8), 3));
        }

        private static int StatusOf(IEngine engine, int length)
        {
            try
            {
                Pipeline pipeline = new Pipeline(Model.Open(engine, new byte[0]), NewWindow(length), new OutputRule(-1, 0));
                return InferenceStatus.Ok;
            }
            catch (InferenceException e)
            {
                return e.Status;
            }
        }

        private static SampleWindow NewWindow(int length)
        {
            return new SampleWindow(1, length, length, new FeatureScaler(new float[] { 1 }, new float[] { 0 }, 1, 0));
        }
    }
}
