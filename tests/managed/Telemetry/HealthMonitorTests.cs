using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class HealthMonitorTests
    {
        [TestMethod]
        public static void Counts_AreInTheirBins()
        {
            HealthMonitor monitor = new HealthMonitor(3, 4, false, new HealthEdges(1));
            OutputStatistics output = new OutputStatistics(3, 1.0f / 256, -128);
            output.Evaluate(new sbyte[] { -128, 127, -127 });
            monitor.Record(1000);
            monitor.RecordOutput(output);
            monitor.RecordFeatures(new int[] { 0, 2048, 2047, 256 });
            monitor.Record(3000);
            HealthMessage message = new HealthMessage();
            monitor.Report(message);
            Assert.AreEqual(2u, message.Inferences);
            Assert.AreEqual(2000u, message.LatencyMean);
            Assert.AreEqual(16 + 8 + 3 + 32, message.Counts);
            Assert.AreEqual(1, message.Values[15]);
            Assert.AreEqual(1, message.Values[message.EntropyFirst]);
            Assert.AreEqual(1, message.Values[message.ClassFirst + 1]);
            Assert.AreEqual(1, message.Values[message.FeatureFirst + 4]);
            Assert.AreEqual(1, message.Values[message.FeatureFirst + 8 + 1]);
            Assert.AreEqual(1, message.Values[message.FeatureFirst + 16]);
            Assert.AreEqual(1, message.Values[message.FeatureFirst + 24 + 7]);
            Assert.AreEqual(7, Sum(message));
            monitor.Report(message);
            Assert.AreEqual(0u, message.LatencyMean);
            Assert.AreEqual(7, Sum(message));
        }

        [TestMethod]
        public static void ModelThatRebuilds_HasScoresAlone()
        {
            HealthMonitor monitor = new HealthMonitor(0, 0, true, new HealthEdges(1));
            monitor.RecordScore(0);
            monitor.RecordScore(0.25f);
            monitor.RecordScore(1e9f);
            monitor.RecordScore(float.NaN);
            HealthMessage message = new HealthMessage();
            monitor.Report(message);
            Assert.AreEqual(8, message.Counts);
            Assert.AreEqual(2, message.Values[0]);
            Assert.AreEqual(1, message.Values[4]);
            Assert.AreEqual(1, message.Values[7]);
        }

        [TestMethod]
        public static void ManyClasses_ShareTheLastCount()
        {
            HealthMonitor monitor = new HealthMonitor(1000, 9, true, new HealthEdges(4));
            HealthMessage message = new HealthMessage();
            monitor.Report(message);
            Assert.AreEqual(HealthMessage.MaxCounts, message.Counts);
        }

        [TestMethod]
        public static void Counts_WrapAt65536()
        {
            HealthMonitor monitor = new HealthMonitor(2, 0, false, new HealthEdges(1));
            OutputStatistics output = new OutputStatistics(2, 1.0f / 256, -128);
            output.Evaluate(new sbyte[] { 127, -128 });
            for (int i = 0; i < 65537; i++)
            {
                monitor.RecordOutput(output);
            }

            HealthMessage message = new HealthMessage();
            monitor.Report(message);
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            Assert.IsTrue(message.Decode(data, message.Encode(data)));
            Assert.AreEqual(1, message.Values[15]);
        }

        [TestMethod]
        public static void Edges_AreThoseOfTheReference()
        {
            // 2 features with edges 0 .. 6 and -3 .. 3 steps of 256, padded to a multiple of 4, then scores 1 .. 7.
            byte[] reference = new byte[12 + 28 + 28];
            reference[7] = 2;
            reference[8] = 8;
            reference[9] = 8;
            for (int i = 0; i < 7; i++)
            {
                LittleEndian.PutUInt16(reference, 12 + 2 * i, i * 256);
                LittleEndian.PutUInt16(reference, 26 + 2 * i, (i - 3) * 256);
                LittleEndian.PutUInt32(reference, 40 + 4 * i, LittleEndian.SingleBits(i + 1.0f));
            }

            HealthEdges edges = new HealthEdges(1);
            Assert.IsFalse(edges.Read(reference, 0));
            Assert.IsFalse(edges.Read(reference, reference.Length - 1));
            Assert.AreEqual(4, edges.FeatureBin(0, 256));
            Assert.IsTrue(edges.Read(reference, reference.Length));
            Assert.AreEqual(0, edges.FeatureBin(0, -1));
            Assert.AreEqual(1, edges.FeatureBin(0, 0));
            Assert.AreEqual(2, edges.FeatureBin(0, 256));
            Assert.AreEqual(7, edges.FeatureBin(0, 32767));
            Assert.AreEqual(4, edges.FeatureBin(1, 0));
            Assert.AreEqual(0, edges.AnomalyBin(0.99f));
            Assert.AreEqual(1, edges.AnomalyBin(1.0f));
            Assert.AreEqual(7, edges.AnomalyBin(7.0f));
            Assert.AreEqual(96, HealthEdges.MaxReferenceBytes);
        }

        [TestMethod]
        public static void Score_IsTheMeanSquaredDifference()
        {
            AnomalyScore score = new AnomalyScore(2, 0.5f, -2, 0.25f, 4);

            // 2 and -1 against 1 and 0.5: (1 + 2.25) / 2.
            AreClose(1.625f, score.Of(new sbyte[] { 2, -4 }, new sbyte[] { 8, 6 }));
            AreClose(1.625f, score.Of(new sbyte[] { 2, -4 }, new float[] { 1.0f, 0.5f }));
            sbyte[] low = new sbyte[65536];
            sbyte[] high = new sbyte[65536];
            for (int i = 0; i < low.Length; i++)
            {
                low[i] = -128;
                high[i] = 127;
            }

            AreClose(255.0f * 255.0f, new AnomalyScore(65536, 1, -128, 1, 127).Of(high, low) / 4);
        }

        private static int Sum(HealthMessage message)
        {
            int sum = 0;
            for (int i = 0; i < message.Counts; i++)
            {
                sum += message.Values[i];
            }

            return sum;
        }

        private static void AreClose(float expected, float actual)
        {
            float error = (actual - expected) / expected;
            Assert.IsTrue(error < 1e-4f && error > -1e-4f, actual.ToString());
        }
    }
}
