using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class StateMessageTests
    {
        private static readonly byte[] Bytes = new byte[]
        {
            1, 1, 44, 0, 4, 3, 2, 1,
            0x10, 0x27, 0, 0,
            3, 2, 1, 0,
            0xF7, 0xFF, 7, 0, 0xFF, 0xFF, 9, 0,
            0x2A, 0, 0, 0,
            0xEF, 0xBE, 0xAD, 0xDE,
            0x00, 0x40, 0, 0,
            0x00, 0x08, 0, 0,
            0x00, 0x00, 1, 0,
            2, 0x6D, 0x31,
            0,
            3, 0x61, 0xC3, 0xA4,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            StateMessage state = new StateMessage();
            state.Sequence = 0x01020304;
            state.UptimeSeconds = 10000;
            state.State = DeviceState.Failed;
            state.Engine = EngineKind.Managed;
            state.Slot = 1;
            state.Status = -9;
            state.FaultStep = 7;
            state.Restarts = 9;
            state.ModelVersion = 42;
            state.ModelCrc = 0xDEADBEEF;
            state.ModelBytes = 0x4000;
            state.ArenaBytes = 0x800;
            state.FreeHeap = 0x10000;
            state.ModelName = "m1";
            state.Firmware = null;
            state.Application = "a\u00E4";
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            Assert.AreEqual(Bytes.Length, state.Encode(data));
            for (int i = 0; i < Bytes.Length; i++)
            {
                Assert.AreEqual(Bytes[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            StateMessage state = new StateMessage();
            Assert.IsTrue(state.Decode(Bytes, Bytes.Length));
            Assert.AreEqual(0x01020304u, state.Sequence);
            Assert.AreEqual(10000u, state.UptimeSeconds);
            Assert.AreEqual(DeviceState.Failed, state.State);
            Assert.AreEqual(EngineKind.Managed, state.Engine);
            Assert.AreEqual(1, state.Slot);
            Assert.AreEqual(-9, state.Status);
            Assert.AreEqual(7, state.FaultStep);
            Assert.AreEqual(0xFFFF, state.FaultTensor);
            Assert.AreEqual(9, state.Restarts);
            Assert.AreEqual(42u, state.ModelVersion);
            Assert.AreEqual(0xDEADBEEFu, state.ModelCrc);
            Assert.AreEqual(0x4000u, state.ModelBytes);
            Assert.AreEqual(0x800u, state.ArenaBytes);
            Assert.AreEqual(0x10000u, state.FreeHeap);
            Assert.AreEqual("m1", state.ModelName);
            Assert.AreEqual("", state.Firmware);
            Assert.AreEqual("a\u00E4", state.Application);
        }

        [TestMethod]
        public static void Decode_RefusesEveryShorterMessage()
        {
            for (int length = 0; length < Bytes.Length; length++)
            {
                Assert.IsFalse(new StateMessage().Decode(Bytes, length), "length " + length.ToString());
            }
        }

        [TestMethod]
        public static void Decode_SkipsFieldsOfANewerWriter()
        {
            byte[] longer = new byte[Bytes.Length + 3];
            for (int i = 0; i < longer.Length; i++)
            {
                longer[i] = i < 44 ? Bytes[i] : i < 47 ? (byte)0xEE : Bytes[i - 3];
            }

            longer[2] = 47;
            StateMessage state = new StateMessage();
            Assert.IsTrue(state.Decode(longer, longer.Length));
            Assert.AreEqual("m1", state.ModelName);
        }

        [TestMethod]
        [DataRow(0, 2)]
        [DataRow(1, 2)]
        [DataRow(2, 43)]
        [DataRow(2, 200)]
        public static void Decode_RefusesWhatItCannotRead(int at, int value)
        {
            byte[] other = (byte[])Bytes.Clone();
            other[at] = (byte)value;
            Assert.IsFalse(new StateMessage().Decode(other, other.Length));
        }

        [TestMethod]
        public static void LongTexts_EndAtACharacter()
        {
            StateMessage state = new StateMessage();
            state.ModelName = new string('\u00E4', 40);
            state.Firmware = new string('f', 40);
            state.Application = "x" + new string('\u20AC', 12);
            byte[] data = new byte[MessageHeader.MaxMessageBytes];
            int length = state.Encode(data);
            Assert.IsTrue(length <= MessageHeader.MaxMessageBytes);
            StateMessage read = new StateMessage();
            Assert.IsTrue(read.Decode(data, length));
            Assert.AreEqual(new string('\u00E4', 24), read.ModelName);
            Assert.AreEqual(new string('f', 32), read.Firmware);
            Assert.AreEqual("x" + new string('\u20AC', 7), read.Application);
        }
    }
}
