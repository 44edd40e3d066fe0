using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class SampleMessageTests
    {
        // The contract tests have the same bytes for the desk.
        private static readonly byte[] s_header = new byte[]
        {
            0x07, 0x01, 0x24, 0x00, 0x04, 0x03, 0x02, 0x01, 0x11, 0x00, 0x00, 0x00, 0xC0, 0x21, 0x3A, 0x8F, 0x10, 0x03, 0x00, 0x00,
            0x90, 0x02, 0x00, 0x00, 0x07, 0x00, 0x50, 0x46, 0x08, 0x52, 0x00, 0x03, 0x03, 0x00, 0x02, 0x00,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            sbyte[] input = new sbyte[784];
            for (int i = 0; i < 128; i++)
            {
                input[656 + i] = (sbyte)(i - 64);
            }

            SampleMessage message = Example();
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            Assert.AreEqual(36 + 128, message.Encode(data, input));
            for (int i = 0; i < 36; i++)
            {
                Assert.AreEqual(s_header[i], data[i], "byte " + i.ToString());
            }

            for (int i = 0; i < 128; i++)
            {
                Assert.AreEqual((byte)(i - 64), data[36 + i]);
            }

            SampleMessage again = new SampleMessage();
            Assert.IsTrue(again.Decode(data, 36 + 128));
            Assert.AreEqual(656, again.Offset);
            Assert.AreEqual(128, again.DataBytes);
            Assert.AreEqual((byte)192, again.Data[0]);
            Assert.IsFalse(again.Decode(data, 36 + 129));
            Assert.IsFalse(again.Decode(data, 36));
        }

        [TestMethod]
        public static void Parts_CoverTheInput()
        {
            byte[] input = new byte[784];
            SampleMessage message = Example();
            message.Offset = 0;
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            int parts = 0;
            while (message.Offset < message.TotalBytes)
            {
                int length = message.Encode(data, input);
                Assert.IsTrue(length <= MessageHeader.MaxMessageBytes);
                message.Offset += message.DataBytes;
                parts++;
            }

            Assert.AreEqual(784, message.Offset);
            Assert.AreEqual(5, parts);
        }

        private static SampleMessage Example()
        {
            SampleMessage message = new SampleMessage();
            message.Sequence = 0x01020304;
            message.Sample = 17;
            message.ModelCrc = 0x8F3A21C0;
            message.TotalBytes = 784;
            message.Offset = 656;
            message.ClassIndex = 7;
            message.Confidence = 18000;
            message.Entropy = 21000;
            message.Reasons = SampleMessage.EntropyReason | SampleMessage.MarginReason;
            message.Restarts = 3;
            message.ElementType = 2;
            return message;
        }
    }
}
