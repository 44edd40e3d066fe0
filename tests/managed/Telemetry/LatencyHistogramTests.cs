using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class LatencyHistogramTests
    {
        [TestMethod]
        [DataRow(0, 0)]
        [DataRow(63, 0)]
        [DataRow(64, 1)]
        [DataRow(127, 1)]
        [DataRow(128, 2)]
        [DataRow(1048575, 14)]
        [DataRow(1048576, 15)]
        [DataRow(2147483647, 15)]
        public static void Bucket(int microseconds, int bucket)
        {
            Assert.AreEqual(bucket, LatencyHistogram.BucketOf(microseconds));
        }

        [TestMethod]
        public static void Report_BeginsANewIntervalAndKeepsTheBuckets()
        {
            LatencyHistogram histogram = new LatencyHistogram();
            TelemetryMessage message = new TelemetryMessage();
            histogram.Record(100);
            histogram.Record(50);
            histogram.Record(180);
            histogram.Report(message);
            Assert.AreEqual(50u, message.LatencyMin);
            Assert.AreEqual(110u, message.LatencyMean);
            Assert.AreEqual(180u, message.LatencyMax);
            histogram.Report(message);
            Assert.AreEqual(0u, message.LatencyMin);
            Assert.AreEqual(0u, message.LatencyMean);
            Assert.AreEqual(0u, message.LatencyMax);
            histogram.Record(70);
            histogram.Report(message);
            Assert.AreEqual(70u, message.LatencyMin);
            Assert.AreEqual(70u, message.LatencyMax);
            Assert.AreEqual(1u, message.Histogram[0]);
            Assert.AreEqual(2u, message.Histogram[1]);
            Assert.AreEqual(1u, message.Histogram[2]);
            Assert.AreEqual(4u, histogram.Total);
        }
    }
}
