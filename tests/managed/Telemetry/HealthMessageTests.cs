using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class HealthMessageTests
    {
        // The example of docs/PROTOCOL.md; the contract tests have the same bytes for the desk.
        private static readonly byte[] s_expected = new byte[]
        {
            0x06, 0x01, 0x28, 0x00, 0x09, 0x00, 0x00, 0x00, 0x10, 0x0E, 0x00, 0x00, 0x88, 0x13, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00,
            0xC0, 0x21, 0x3A, 0x8F, 0x10, 0x08, 0x02, 0x01, 0x08, 0x00, 0x01, 0xC3, 0x03, 0x00, 0xCD, 0x00, 0x00, 0xC8, 0x00, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x1B, 0x00, 0xD9, 0x01, 0xDC, 0x05, 0xB8, 0x0B, 0x54, 0x0B, 0xDC, 0x05, 0xF4, 0x01, 0x64, 0x00,
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x28, 0x0A, 0x60, 0x09, 0x01, 0x00, 0x02, 0x00, 0xE5, 0x03, 0xD0, 0x07,
            0xDC, 0x05, 0xF4, 0x01, 0x00, 0x00, 0xFF, 0xFF,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            Assert.AreEqual(s_expected.Length, Example().Encode(data));
            for (int i = 0; i < s_expected.Length; i++)
            {
                Assert.AreEqual(s_expected[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            HealthMessage message = new HealthMessage();
            Assert.IsTrue(message.Decode(s_expected, s_expected.Length));
            Assert.AreEqual(-61, message.Rssi);
            Assert.AreEqual(20500u, message.LatencyMean);
            Assert.AreEqual(34, message.Counts);
            Assert.AreEqual(27, message.Values[12]);
            Assert.AreEqual(2900, message.Values[message.EntropyFirst]);
            Assert.AreEqual(2600, message.Values[message.ClassFirst]);
            Assert.AreEqual(1, message.Values[message.FeatureFirst]);
            Assert.AreEqual(34, message.AnomalyFirst);
            for (int length = 0; length < s_expected.Length; length++)
            {
                Assert.IsFalse(message.Decode(s_expected, length));
            }
        }

        [TestMethod]
        public static void LargestMessage_FillsTheLimit()
        {
            HealthMessage message = Example();
            message.ClassCount = HealthMessage.MaxClasses;
            message.FeatureCount = HealthMessage.MaxFeatures;
            message.AnomalyCount = HealthMessage.AnomalyBins;
            message.LatencyMean = 0xFFFFFFFF;
            message.Restarts = 70000;
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            Assert.AreEqual(200, message.Encode(data));
            Assert.IsTrue(message.Decode(data, data.Length));
            Assert.AreEqual(6553500u, message.LatencyMean);
            Assert.AreEqual(65535, message.Restarts);
        }

        [TestMethod]
        public static void Difference_GoesOnModulo65536()
        {
            HealthMessage before = Example();
            HealthMessage after = Example();
            after.Sequence = 10;
            after.Inferences = 5003;
            after.Values[33] = 1;
            after.Values[0] = 1;
            Assert.AreEqual(3u, HealthDifference.Inferences(before, after));
            Assert.AreEqual(2, HealthDifference.Count(before, after, 33));
            Assert.AreEqual(1, HealthDifference.Count(before, after, 0));
            Assert.AreEqual(0, HealthDifference.Count(before, after, 16));
            Assert.AreEqual(2900, HealthDifference.Count(null, after, 16));
        }

        [TestMethod]
        public static void Difference_BeginsAnewWithStartOrModel()
        {
            HealthMessage before = Example();
            HealthMessage after = Example();
            after.Sequence = 10;
            Assert.IsTrue(HealthDifference.Continues(before, after));
            after.Restarts++;
            Assert.IsFalse(HealthDifference.Continues(before, after));
            after.Restarts--;
            after.ModelCrc++;
            Assert.IsFalse(HealthDifference.Continues(before, after));
            after.ModelCrc--;
            after.Inferences--;
            Assert.IsFalse(HealthDifference.Continues(before, after));
            after.Inferences++;
            after.Sequence = 9;
            Assert.IsFalse(HealthDifference.Continues(before, after));
            Assert.AreEqual(5000u, HealthDifference.Inferences(before, after));
        }

        private static HealthMessage Example()
        {
            HealthMessage message = new HealthMessage();
            message.Sequence = 9;
            message.UptimeSeconds = 3600;
            message.Inferences = 5000;
            message.ModelVersion = 2;
            message.ModelCrc = 0x8F3A21C0;
            message.ConfidenceCount = HealthMessage.ConfidenceBins;
            message.EntropyCount = HealthMessage.EntropyBins;
            message.ClassCount = 2;
            message.FeatureCount = 1;
            message.Alarms = HealthMessage.ConfidenceAlarm;
            message.Rssi = -61;
            message.Restarts = 3;
            message.LatencyMean = 20599;
            message.FreeHeap = 51200;
            int[] counts = new int[]
            {
                27, 473, 1500, 3000, 2900, 1500, 500, 100, 0, 0, 0, 0, 2600, 2400, 1, 2, 997, 2000, 1500, 500, 65536, 65535,
            };
            for (int i = 0; i < counts.Length; i++)
            {
                message.Values[12 + i] = counts[i];
            }

            return message;
        }
    }
}
