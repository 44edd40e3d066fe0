using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class PartRequestTests
    {
        private static readonly byte[] Bytes = new byte[]
        {
            5, 1, 28, 0, 9, 0, 0, 0,
            0xEF, 0xBE, 0xAD, 0xDE,
            1, 2, 3, 4,
            0x00, 0x80, 0, 0,
            0x02, 0x01, 1, 0,
            0x05, 0, 0, 0x80,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            PartRequest request = new PartRequest();
            request.Sequence = 9;
            request.Session = 0xDEADBEEF;
            request.BaseCrc = 0x04030201;
            request.BaseBytes = 0x8000;
            request.First = 0x102;
            request.Flags = PartRequest.RawFlag;
            request.Wanted = 0x80000005;
            byte[] data = new byte[PartRequest.FixedBytes];
            data[PartRequest.ReservedAt] = 0xEE;
            Assert.AreEqual(Bytes.Length, request.Encode(data));
            for (int i = 0; i < Bytes.Length; i++)
            {
                Assert.AreEqual(Bytes[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            PartRequest request = new PartRequest();
            Assert.IsTrue(request.Decode(Bytes, Bytes.Length));
            Assert.AreEqual(9u, request.Sequence);
            Assert.AreEqual(0xDEADBEEFu, request.Session);
            Assert.AreEqual(0x04030201u, request.BaseCrc);
            Assert.AreEqual(0x8000u, request.BaseBytes);
            Assert.AreEqual(0x102, request.First);
            Assert.AreEqual(PartRequest.RawFlag, request.Flags);
            Assert.AreEqual(0x80000005u, request.Wanted);
        }

        [TestMethod]
        public static void Decode_RefusesShorterAndOtherMessages()
        {
            for (int length = 0; length < Bytes.Length; length++)
            {
                Assert.IsFalse(new PartRequest().Decode(Bytes, length));
            }

            byte[] other = (byte[])Bytes.Clone();
            other[1] = 2;
            Assert.IsFalse(new PartRequest().Decode(other, other.Length));
        }
    }
}
