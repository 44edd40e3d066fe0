using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class UpdateMessageTests
    {
        private static readonly byte[] Bytes = new byte[]
        {
            4, 1, 56, 0, 4, 3, 2, 1,
            0xEF, 0xBE, 0xAD, 0xDE,
            4, 2, 0xE8, 0xFF,
            7, 0, 0, 0,
            2, 0, 0, 0,
            60, 0, 61, 0,
            0x00, 0xF0, 0, 0,
            1, 2, 3, 4,
            0x00, 0x80, 0, 0,
            5, 0, 0, 0,
            100, 0, 0, 0,
            99, 0, 0, 0,
            3, 0, 0xFF, 0xFF,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            UpdateMessage update = new UpdateMessage();
            update.Sequence = 0x01020304;
            update.Session = 0xDEADBEEF;
            update.State = UpdateState.Trial;
            update.Attempts = 2;
            update.Status = -24;
            update.Rollout = 7;
            update.ModelVersion = 2;
            update.PartsStored = 60;
            update.Parts = 61;
            update.BytesReceived = 0xF000;
            update.BaseCrc = 0x04030201;
            update.BaseBytes = 0x8000;
            update.Counter = 5;
            update.ShadowSamples = 100;
            update.ShadowAgreed = 99;
            update.FaultStep = 3;
            byte[] data = new byte[UpdateMessage.FixedBytes];
            Assert.AreEqual(Bytes.Length, update.Encode(data));
            for (int i = 0; i < Bytes.Length; i++)
            {
                Assert.AreEqual(Bytes[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            UpdateMessage update = new UpdateMessage();
            Assert.IsTrue(update.Decode(Bytes, Bytes.Length));
            Assert.AreEqual(0x01020304u, update.Sequence);
            Assert.AreEqual(0xDEADBEEFu, update.Session);
            Assert.AreEqual(UpdateState.Trial, update.State);
            Assert.AreEqual(2, update.Attempts);
            Assert.AreEqual(-24, update.Status);
            Assert.AreEqual(7u, update.Rollout);
            Assert.AreEqual(2u, update.ModelVersion);
            Assert.AreEqual(60, update.PartsStored);
            Assert.AreEqual(61, update.Parts);
            Assert.AreEqual(0xF000u, update.BytesReceived);
            Assert.AreEqual(0x04030201u, update.BaseCrc);
            Assert.AreEqual(0x8000u, update.BaseBytes);
            Assert.AreEqual(5u, update.Counter);
            Assert.AreEqual(100u, update.ShadowSamples);
            Assert.AreEqual(99u, update.ShadowAgreed);
            Assert.AreEqual(3, update.FaultStep);
            Assert.AreEqual(UpdateMessage.Unknown, update.FaultTensor);
        }

        [TestMethod]
        public static void Decode_RefusesShorterAndOtherMessages()
        {
            for (int length = 0; length < Bytes.Length; length++)
            {
                Assert.IsFalse(new UpdateMessage().Decode(Bytes, length));
            }

            byte[] other = (byte[])Bytes.Clone();
            other[0] = 5;
            Assert.IsFalse(new UpdateMessage().Decode(other, other.Length));
        }
    }
}
