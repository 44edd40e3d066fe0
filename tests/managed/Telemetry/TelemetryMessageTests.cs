using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class TelemetryMessageTests
    {
        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            byte[] data = new byte[TelemetryMessage.FixedBytes];
            Assert.AreEqual(124, Sample().Encode(data));
            byte[] expected = Expected();
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            byte[] again = new byte[TelemetryMessage.FixedBytes];
            TelemetryMessage message = new TelemetryMessage();
            byte[] expected = Expected();
            Assert.IsTrue(message.Decode(expected, expected.Length));
            Assert.AreEqual(12u, message.LatencyMax);
            Assert.AreEqual(13, message.Restarts);
            Assert.AreEqual(0x10Fu, message.Histogram[15]);
            message.Encode(again);
            Assert.IsTrue(again.SequenceEqual(expected));
        }

        [TestMethod]
        public static void Decode_RefusesShorterMessages()
        {
            byte[] expected = Expected();
            for (int length = 0; length < expected.Length; length++)
            {
                Assert.IsFalse(new TelemetryMessage().Decode(expected, length));
            }

            expected[TelemetryMessage.BucketsAt] = 15;
            Assert.IsFalse(new TelemetryMessage().Decode(expected, expected.Length));
        }

        // Twelve counters 1 .. 12 after the sequence 0, restarts 13, 16 buckets of 0x100 + i.
        private static byte[] Expected()
        {
            byte[] bytes = new byte[124];
            bytes[0] = 3;
            bytes[1] = 1;
            bytes[2] = 124;
            for (int i = 0; i < 12; i++)
            {
                bytes[8 + 4 * i] = (byte)(i + 1);
            }

            bytes[56] = 13;
            bytes[58] = 16;
            for (int i = 0; i < 16; i++)
            {
                bytes[60 + 4 * i] = (byte)i;
                bytes[61 + 4 * i] = 1;
            }

            return bytes;
        }

        private static TelemetryMessage Sample()
        {
            TelemetryMessage message = new TelemetryMessage();
            message.UptimeSeconds = 1;
            message.Inferences = 2;
            message.Frames = 3;
            message.LateFrames = 4;
            message.LostFrames = 5;
            message.SensorErrors = 6;
            message.DroppedMessages = 7;
            message.Reconnects = 8;
            message.FreeHeap = 9;
            message.LatencyMin = 10;
            message.LatencyMean = 11;
            message.LatencyMax = 12;
            message.Restarts = 13;
            for (int i = 0; i < 16; i++)
            {
                message.Histogram[i] = (uint)(0x100 + i);
            }

            return message;
        }
    }
}
