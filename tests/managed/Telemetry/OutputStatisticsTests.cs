using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class OutputStatisticsTests
    {
        [TestMethod]
        public static void Softmax_IsTakenAsProbabilities()
        {
            OutputStatistics statistics = new OutputStatistics(4, 1.0f / 256, -128);
            statistics.Evaluate(new sbyte[] { -64, 64, -128, -128 });
            Assert.AreEqual(1, statistics.Class);
            Assert.AreEqual(24576, statistics.Confidence);
            Assert.AreEqual(16384, statistics.Margin);

            // 0.8113 bits of 2.
            AreClose(13292, statistics.Entropy, 20);
            Assert.AreEqual(12, statistics.ConfidenceBin);
            Assert.AreEqual(3, statistics.EntropyBin);
            Assert.AreEqual(1, statistics.ClassBin);
        }

        [TestMethod]
        public static void Extremes_BelongToTheirBins()
        {
            OutputStatistics statistics = new OutputStatistics(20, 1.0f / 256, -128);
            sbyte[] output = new sbyte[20];
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = -128;
            }

            output[19] = 127;
            statistics.Evaluate(output);
            Assert.AreEqual(OutputStatistics.One * 255 / 256, statistics.Confidence);
            Assert.IsTrue(statistics.Entropy < 100);
            Assert.AreEqual(15, statistics.ConfidenceBin);
            Assert.AreEqual(0, statistics.EntropyBin);
            Assert.AreEqual(15, statistics.ClassBin);
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = -115;
            }

            statistics.Evaluate(output);
            Assert.AreEqual(0, statistics.Class);
            Assert.AreEqual(0, statistics.Margin);
            AreClose(OutputStatistics.One, statistics.Entropy, 10);
            Assert.AreEqual(7, statistics.EntropyBin);
            for (int i = 0; i < output.Length; i++)
            {
                output[i] = -128;
            }

            statistics.Evaluate(output);
            Assert.AreEqual(0, statistics.Confidence);
            Assert.AreEqual(0, statistics.Margin);
        }

        [TestMethod]
        public static void Logits_GetTheirSoftmax()
        {
            OutputStatistics statistics = new OutputStatistics(3, 0.125f, 3);
            statistics.Evaluate(new sbyte[] { 8, 24, 8 });

            // exp(2) / (exp(2) + 2) = 0.78699; its entropy is 0.6656, and log 3 is 1.0986.
            Assert.AreEqual(1, statistics.Class);
            AreClose(25788, statistics.Confidence, 4);
            AreClose(22299, statistics.Margin, 6);
            AreClose(19853, statistics.Entropy, 20);
        }

        [TestMethod]
        public static void Reals_AreProbabilitiesUntilOneIsNone()
        {
            OutputStatistics statistics = new OutputStatistics(2);
            statistics.Evaluate(new float[] { 0.75f, 0.25f });
            AreClose(24576, statistics.Confidence, 64);
            statistics.Evaluate(new float[] { 1.0f, 3.0f });

            // exp(2) / (exp(2) + 1) = 0.8808.
            AreClose(28862, statistics.Confidence, 8);
            statistics.Evaluate(new float[] { 0.75f, 0.25f });
            AreClose(20397, statistics.Confidence, 8);
        }

        [TestMethod]
        public static void Reals_MayBeAnything()
        {
            OutputStatistics statistics = new OutputStatistics(3);
            statistics.Evaluate(new float[] { 1e30f, -1e30f, float.NaN });
            Assert.AreEqual(OutputStatistics.One, statistics.Confidence);
            statistics.Evaluate(new float[] { float.NaN, float.NaN, float.NaN });
            Assert.AreEqual(0, statistics.Class);
        }

        private static void AreClose(int expected, int actual, int most)
        {
            Assert.IsTrue(actual - expected <= most && expected - actual <= most, actual.ToString() + " is not near " + expected.ToString());
        }
    }
}
