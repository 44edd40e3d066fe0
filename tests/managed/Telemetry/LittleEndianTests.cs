using System;
using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class LittleEndianTests
    {
        [TestMethod]
        public static void SingleBits_AreThoseOfTheRuntime()
        {
            uint[] bits = new uint[]
            {
                0x00000000, 0x80000000, 0x3F800000, 0xBF800000, 0x7F7FFFFF, 0xFF7FFFFF, 0x00800000, 0x00000001, 0x807FFFFF, 0x7F800000,
                0xFF800000, 0x3DCCCCCD, 0x00400000, 0x00000003,
            };
            for (int i = 0; i < bits.Length; i++)
            {
                Check(bits[i]);
            }

            Random random = new Random(7);
            byte[] bytes = new byte[4];
            for (int i = 0; i < 500; i++)
            {
                random.NextBytes(bytes);
                uint some = LittleEndian.GetUInt32(bytes, 0);
                if ((some & 0x7F800000) != 0x7F800000)
                {
                    Check(some);
                }
            }
        }

        [TestMethod]
        public static void NaN_StaysOne()
        {
            Assert.IsTrue(float.IsNaN(LittleEndian.SingleFromBits(LittleEndian.SingleBits(float.NaN))));
        }

        [TestMethod]
        public static void Numbers_AreLittleEndian()
        {
            byte[] data = new byte[6];
            LittleEndian.PutUInt32(data, 1, 0x81828384);
            Assert.IsTrue(data.SequenceEqual(new byte[] { 0, 0x84, 0x83, 0x82, 0x81, 0 }));
            Assert.AreEqual(0x81828384u, LittleEndian.GetUInt32(data, 1));
            LittleEndian.PutUInt16(data, 0, -2);
            Assert.AreEqual(-2, LittleEndian.GetInt16(data, 0));
            Assert.AreEqual(0xFFFE, LittleEndian.GetUInt16(data, 0));
            Assert.AreEqual(0u, LittleEndian.Saturate(-1));
            Assert.AreEqual(0xFFFFFFFFu, LittleEndian.Saturate(0x100000000L));
            Assert.AreEqual(5u, LittleEndian.Saturate(5));
        }

        private static void Check(uint bits)
        {
            byte[] bytes = new byte[4];
            LittleEndian.PutUInt32(bytes, 0, bits);
            float value = BitConverter.ToSingle(bytes, 0);
            Assert.AreEqual(bits, LittleEndian.SingleBits(value));
            Assert.AreEqual(bits, LittleEndian.SingleBits(LittleEndian.SingleFromBits(bits)));
        }
    }
}
