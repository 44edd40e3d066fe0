using nanoFramework.TestFramework;
using TinyNano.Inference;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    [TestClass]
    public class InferenceHealthTests
    {
        private const long Second = 1000000;

        [TestMethod]
        public static void Silence_IsIll()
        {
            InferenceHealth health = Begun();
            Assert.AreEqual(0, health.Check(30 * Second));
            Assert.AreEqual(InferenceStatus.Health, health.Check(30 * Second + 1));
            health.RecordInference(31 * Second, 10);
            Assert.AreEqual(0, health.Check(60 * Second));
            Assert.AreEqual(1, health.Inferences);
        }

        [TestMethod]
        public static void MeanLatency_CountsFromTheFourthInference()
        {
            InferenceHealth health = Begun();
            for (int i = 0; i < 3; i++)
            {
                health.RecordInference(i, 2000);
                Assert.AreEqual(0, health.Check(i));
            }

            health.RecordInference(3, 1000);
            Assert.AreEqual(InferenceStatus.Health, health.Check(3));
            health.Begin(4, 0);
            for (int i = 0; i < 9; i++)
            {
                health.RecordInference(4, 1000000);
            }

            Assert.AreEqual(0, health.Check(4));
        }

        [TestMethod]
        public static void SensorErrorsInARow_AreIll()
        {
            InferenceHealth health = Begun();
            health.RecordSensorError();
            health.RecordSensorError();
            health.RecordInference(1, 10);
            health.RecordSensorError();
            health.RecordSensorError();
            Assert.AreEqual(0, health.Check(1));
            health.RecordSensorError();
            Assert.AreEqual(InferenceStatus.Health, health.Check(1));
        }

        [TestMethod]
        public static void HeapBelowItsFloor_IsIll()
        {
            InferenceHealth health = Begun();
            health.RecordFreeHeap(1000);
            Assert.AreEqual(0, health.Check(1));
            health.RecordFreeHeap(999);
            Assert.AreEqual(InferenceStatus.Health, health.Check(1));
        }

        [TestMethod]
        public static void Failure_IsIllUntilTheNextTrial()
        {
            InferenceHealth health = Begun();
            health.RecordFailure();
            health.RecordInference(1, 10);
            Assert.AreEqual(InferenceStatus.Health, health.Check(1));
            health.Begin(2, 0);
            Assert.AreEqual(0, health.Check(2));
            Assert.AreEqual(0, health.Inferences);
        }

        private static InferenceHealth Begun()
        {
            InferenceHealth health = new InferenceHealth(30, 1000, 3);
            health.Begin(0, 1500);
            return health;
        }
    }
}
