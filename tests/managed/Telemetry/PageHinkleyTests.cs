using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class PageHinkleyTests
    {
        private const int One = OutputStatistics.One;

        // Small linear congruential generator: the same stream on every runtime.
        private static uint s_random;

        [TestMethod]
        [DataRow(1)]
        [DataRow(2)]
        [DataRow(3)]
        public static void Fall_IsFoundWithin200(int seed)
        {
            s_random = (uint)seed;
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < 5000; i++)
            {
                alarms.RecordConfidence(Confidence(70));
                Assert.AreEqual(0, alarms.Bits, "false alarm after " + i.ToString() + ", seed " + seed.ToString());
            }

            int needed = 0;
            while (alarms.Bits == 0 && needed < 1000)
            {
                alarms.RecordConfidence(Confidence(50));
                needed++;
            }

            Assert.IsTrue(needed <= 200, needed.ToString() + " needed, seed " + seed.ToString());
            Assert.AreEqual(HealthMessage.ConfidenceAlarm, alarms.Bits);
        }

        [TestMethod]
        public static void Alarm_EndsWhenAllIsWellAgain()
        {
            s_random = 5;
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < 5000; i++)
            {
                alarms.RecordConfidence(Confidence(70));
            }

            for (int i = 0; i < 1000; i++)
            {
                alarms.RecordConfidence(Confidence(20));
            }

            Assert.AreEqual(HealthMessage.ConfidenceAlarm, alarms.Bits);
            int needed = 0;
            while (alarms.Bits != 0 && needed < 2000)
            {
                alarms.RecordConfidence(Confidence(70));
                needed++;
            }

            Assert.IsTrue(needed < 600, needed.ToString());
        }

        [TestMethod]
        public static void RisingConfidence_IsNoAlarm()
        {
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < 3000; i++)
            {
                alarms.RecordConfidence(i < 1000 ? One / 2 : One);
            }

            Assert.AreEqual(0, alarms.Bits);
        }

        [TestMethod]
        public static void Nothing_CountsInTheWarmUp()
        {
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < HealthAlarms.WarmUp; i++)
            {
                alarms.RecordConfidence(i < 128 ? One : 0);
            }

            Assert.AreEqual(0, alarms.Bits);
        }

        [TestMethod]
        public static void RisingScore_IsFoundAndOneStrangeInputIsNot()
        {
            s_random = 9;
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < 5000; i++)
            {
                alarms.RecordScore(0.002f * (50 + Next(100)) / 100);
            }

            alarms.RecordScore(1000.0f);
            alarms.RecordScore(float.NaN);
            Assert.AreEqual(0, alarms.Bits);
            int needed = 0;
            while (alarms.Bits == 0 && needed < 1000)
            {
                alarms.RecordScore(0.004f * (50 + Next(100)) / 100);
                needed++;
            }

            Assert.IsTrue(needed <= 100, needed.ToString());
            Assert.AreEqual(HealthMessage.AnomalyAlarm, alarms.Bits);
        }

        [TestMethod]
        public static void ScoresOfZero_AreNoAlarm()
        {
            HealthAlarms alarms = new HealthAlarms();
            for (int i = 0; i < 1000; i++)
            {
                alarms.RecordScore(0);
            }

            Assert.AreEqual(0, alarms.Bits);
        }

        // A percentage with 30 points to either side.
        private static int Confidence(int percent)
        {
            return (percent - 30 + Next(61)) * One / 100;
        }

        private static int Next(int limit)
        {
            s_random = s_random * 1664525 + 1013904223;
            return (int)((s_random >> 8) % (uint)limit);
        }
    }
}
