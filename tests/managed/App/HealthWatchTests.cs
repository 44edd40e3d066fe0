using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class HealthWatchTests
    {
        [TestMethod]
        [DataRow(ElementType.Int8)]
        [DataRow(ElementType.Float32)]
        public static void Classifier_IsCounted(int outputType)
        {
            HealthMessage message = Run(new StubEngine(4, 3, outputType), 4);
            Assert.AreEqual(2u, message.Inferences);
            Assert.AreEqual(100u, message.LatencyMean);
            Assert.AreEqual(3, message.ClassCount);
            Assert.AreEqual(2, message.Values[message.ClassFirst + 1]);
            Assert.AreEqual(0, message.AnomalyCount);
            Assert.AreEqual(2, Sum(message, 0, message.ConfidenceCount));
            Assert.AreEqual(2, Sum(message, message.EntropyFirst, message.EntropyCount));
            Assert.AreEqual(2, Sum(message, message.FeatureFirst, 8));
            Assert.AreEqual(2, Sum(message, message.FeatureFirst + 24, 8));
        }

        [TestMethod]
        public static void ModelThatRebuilds_HasAScore()
        {
            HealthMessage message = Run(new StubEngine(4, 4, ElementType.Int8), 4);
            Assert.AreEqual(0, message.ClassCount);
            Assert.AreEqual(0, message.ConfidenceCount);
            Assert.AreEqual(2, Sum(message, message.AnomalyFirst, message.AnomalyCount));
        }

        [TestMethod]
        public static void SingleOutput_HasFeaturesAlone()
        {
            HealthMessage message = Run(new StubEngine(4, 1, ElementType.Int8), 4);
            Assert.AreEqual(HealthMessage.MaxFeatures * HealthMessage.FeatureBins, message.Counts);
            Assert.AreEqual(2u, message.Inferences);
        }

        private static HealthMessage Run(StubEngine engine, int length)
        {
            SampleWindow window = new SampleWindow(1, length, length, new FeatureScaler(new float[] { 1 }, new float[] { 0 }, 1, 0));
            Model model = Model.Open(engine, new byte[0]);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(-1, 0));
            HealthWatch watch = new HealthWatch(model, null, null);
            pipeline.Watch = watch;
            for (int i = 0; i < 2; i++)
            {
                window.Add(new short[] { 2, 9, 1, 0 }, 0, 4);
                Assert.IsTrue(pipeline.Run(i, false));
            }

            HealthMessage message = new HealthMessage();
            watch.Monitor.Report(message);
            return message;
        }

        private static int Sum(HealthMessage message, int first, int count)
        {
            int sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += message.Values[first + i];
            }

            return sum;
        }
    }
}
