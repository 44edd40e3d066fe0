using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class PartMessageTests
    {
        // The CRC-32 of "123456789" is the one that every description of it gives.
        private static readonly byte[] Bytes = new byte[]
        {
            16, 1, 20, 0, 0, 0, 0, 0,
            0xEF, 0xBE, 0xAD, 0xDE,
            0x02, 0x01, 0, 1,
            0x26, 0x39, 0xF4, 0xCB,
            0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            PartMessage part = new PartMessage();
            part.Session = 0xDEADBEEF;
            part.Part = 0x102;
            part.Encoding = PartEncoding.Raw;
            part.Flags = PartMessage.GroupFlag;
            byte[] source = new byte[] { 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39 };
            byte[] data = new byte[Bytes.Length];
            Assert.AreEqual(Bytes.Length, part.Encode(data, source, 1, 9));
            for (int i = 0; i < Bytes.Length; i++)
            {
                Assert.AreEqual(Bytes[i], data[i], "byte " + i.ToString());
            }

            Assert.AreEqual(0xCBF43926u, part.Crc);
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            PartMessage part = new PartMessage();
            Assert.IsTrue(part.Decode(Bytes, Bytes.Length));
            Assert.AreEqual(0xDEADBEEFu, part.Session);
            Assert.AreEqual(0x102, part.Part);
            Assert.AreEqual(PartEncoding.Raw, part.Encoding);
            Assert.AreEqual(PartMessage.GroupFlag, part.Flags);
            Assert.AreEqual(0xCBF43926u, part.Crc);
            Assert.AreEqual(20, part.DataAt);
            Assert.AreEqual(9, part.DataBytes);
            Assert.IsTrue(part.IsWhole(Bytes));
        }

        [TestMethod]
        public static void EveryChangedByteOfTheData_ShowsInTheChecksum()
        {
            for (int at = PartMessage.Crc32At; at < Bytes.Length; at++)
            {
                byte[] other = (byte[])Bytes.Clone();
                other[at] ^= 0x10;
                PartMessage part = new PartMessage();
                Assert.IsTrue(part.Decode(other, other.Length));
                Assert.IsFalse(part.IsWhole(other), "byte " + at.ToString());
            }
        }

        [TestMethod]
        public static void Refusal_HasAStatus()
        {
            PartMessage part = new PartMessage();
            part.Encoding = PartEncoding.Refused;
            byte[] data = new byte[PartMessage.FixedBytes + 2];
            int length = part.Encode(data, new byte[] { 0xE6, 0xFF }, 0, 2);
            PartMessage read = new PartMessage();
            Assert.IsTrue(read.Decode(data, length));
            Assert.AreEqual(-26, read.Status(data));
            Assert.IsTrue(read.Decode(data, length - 1));
            Assert.AreEqual(0, read.Status(data));
        }

        [TestMethod]
        public static void Decode_RefusesWhatIsShorterLongerOrOther()
        {
            for (int length = 0; length < PartMessage.FixedBytes; length++)
            {
                Assert.IsFalse(new PartMessage().Decode(Bytes, length));
            }

            byte[] other = (byte[])Bytes.Clone();
            other[0] = 4;
            Assert.IsFalse(new PartMessage().Decode(other, other.Length));

            byte[] longest = new byte[PartMessage.MaxBytes + 1];
            int bytes = new PartMessage().Encode(longest, new byte[PartMessage.MaxDataBytes], 0, PartMessage.MaxDataBytes);
            Assert.AreEqual(PartMessage.MaxBytes, bytes);
            Assert.IsTrue(new PartMessage().Decode(longest, bytes));
            Assert.IsFalse(new PartMessage().Decode(longest, bytes + 1));
        }

        [TestMethod]
        public static void Decode_SkipsFieldsOfANewerWriter()
        {
            byte[] longer = new byte[Bytes.Length + 4];
            for (int i = 0; i < longer.Length; i++)
            {
                longer[i] = i < 20 ? Bytes[i] : i < 24 ? (byte)0xEE : Bytes[i - 4];
            }

            longer[2] = 24;
            PartMessage part = new PartMessage();
            Assert.IsTrue(part.Decode(longer, longer.Length));
            Assert.AreEqual(24, part.DataAt);
            Assert.IsTrue(part.IsWhole(longer));
        }
    }
}
