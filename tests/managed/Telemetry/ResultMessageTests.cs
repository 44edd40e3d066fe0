using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class ResultMessageTests
    {
        private static readonly byte[] Bytes = new byte[]
        {
            2, 1, 36, 0, 1, 0, 0, 0,
            0xE8, 0x03, 0, 0,
            5, 0, 0, 0,
            0x40, 0x0D, 0x03, 0,
            2, 0, 0, 0,
            7, 0, 10, 0,
            0, 0, 0x60, 0x3F,
            3, 0, 0xFE, 0xFF,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            byte[] data = new byte[ResultMessage.FixedBytes];
            Assert.AreEqual(Bytes.Length, Sample().Encode(data));
            for (int i = 0; i < Bytes.Length; i++)
            {
                Assert.AreEqual(Bytes[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            ResultMessage result = new ResultMessage();
            Assert.IsTrue(result.Decode(Bytes, Bytes.Length));
            Assert.AreEqual(1u, result.Sequence);
            Assert.AreEqual(1000u, result.UptimeMilliseconds);
            Assert.AreEqual(5u, result.Inference);
            Assert.AreEqual(200000u, result.LatencyMicroseconds);
            Assert.AreEqual(2u, result.ModelVersion);
            Assert.AreEqual(7, result.ClassIndex);
            Assert.AreEqual(10, result.ClassCount);
            Assert.AreEqual(0.875f, result.Score);
            Assert.AreEqual(ResultMessage.OutputOnFlag | ResultMessage.FramesLostFlag, result.Flags);
            Assert.AreEqual(65534, result.Frame);
        }

        [TestMethod]
        public static void Decode_RefusesShorterAndOtherMessages()
        {
            for (int length = 0; length < Bytes.Length; length++)
            {
                Assert.IsFalse(new ResultMessage().Decode(Bytes, length));
            }

            byte[] other = (byte[])Bytes.Clone();
            other[0] = 1;
            Assert.IsFalse(new ResultMessage().Decode(other, other.Length));
        }

        [TestMethod]
        public static void Json_IsExact()
        {
            string tail = ",\"latency_us\":200000,\"model_version\":2,\"output\":true,\"frame\":65534}";
            Assert.AreEqual("{\"inference\":5,\"class\":7,\"label\":\"ankle boot\",\"score\":0.8750" + tail, Sample().ToJson("ankle boot"));
            Assert.AreEqual("{\"inference\":5,\"class\":7,\"label\":\"a\\\"\\\\?b\",\"score\":0.8750" + tail, Sample().ToJson("a\"\\\nb"));
            ResultMessage result = Sample();
            result.ClassIndex = ResultMessage.NoClass;
            result.Score = -1.00008f;
            Assert.AreEqual("{\"inference\":5,\"class\":null,\"label\":null,\"score\":-1.0001" + tail, result.ToJson(null));
            result.Score = float.NaN;
            Assert.AreEqual("{\"inference\":5,\"class\":null,\"label\":null,\"score\":null" + tail, result.ToJson(null));
        }

        [TestMethod]
        [DataRow(0.0f, "0.0000")]
        [DataRow(0.00004f, "0.0000")]
        [DataRow(0.00006f, "0.0001")]
        [DataRow(12.5f, "12.5000")]
        [DataRow(-0.25f, "-0.2500")]
        [DataRow(0.0625f, "0.0625")]
        [DataRow(1e20f, "null")]
        public static void Score_HasFourDecimals(float score, string text)
        {
            ResultMessage result = new ResultMessage();
            result.Score = score;
            Assert.Contains("\"score\":" + text + ",", result.ToJson(null));
        }

        private static ResultMessage Sample()
        {
            ResultMessage result = new ResultMessage();
            result.Sequence = 1;
            result.UptimeMilliseconds = 1000;
            result.Inference = 5;
            result.LatencyMicroseconds = 200000;
            result.ModelVersion = 2;
            result.ClassIndex = 7;
            result.ClassCount = 10;
            result.Score = 0.875f;
            result.Flags = ResultMessage.OutputOnFlag | ResultMessage.FramesLostFlag;
            result.Frame = 65534;
            return result;
        }
    }
}
