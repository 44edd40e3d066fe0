using System;
using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class Mpu6050SourceTests
    {
        [TestMethod]
        public static void Setup_ResetsWakesAndSetsRangesAndRate()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x68;
            Mpu6050Source source = new Mpu6050Source(chip, true, 8, 2000, 50);
            int[] expected = new int[] { 0x6B80, 0x6B01, 0x1A03, 0x1913, 0x1B18, 0x1C10 };
            Assert.AreEqual(expected.Length, chip.WriteCount);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], chip.WriteAt(i));
            }

            Assert.AreEqual(6, source.Channels);
        }

        [TestMethod]
        public static void Mpu6886_HasItsOwnLowPass()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x19;
            Mpu6050Source source = new Mpu6050Source(chip, false, 2, 250, 1000);
            Assert.AreEqual(0x1D03, chip.WriteAt(chip.WriteCount - 1));
            Assert.AreEqual(3, source.Channels);
        }

        [TestMethod]
        public static void Read_TakesAllAxesOfOneInstant()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x68;
            Mpu6050Source source = new Mpu6050Source(chip, true, 2, 250, 100);
            byte[] registers = new byte[] { 0x12, 0x34, 0xFF, 0xFE, 0x80, 0x00, 0xAA, 0xAA, 0x00, 0x01, 0x7F, 0xFF, 0x00, 0x00 };
            for (int i = 0; i < registers.Length; i++)
            {
                chip.Values[0x3B + i] = registers[i];
            }

            short[] frame = new short[7];
            Assert.AreEqual(1, source.Read(frame, 1, 1));
            Assert.IsTrue(frame.SequenceEqual(new short[] { 0, 0x1234, -2, -32768, 1, 32767, 0 }));
            Assert.AreEqual(1, source.FrameNumber);
        }

        [TestMethod]
        public static void SilentBus_GivesNoFrame()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x68;
            Mpu6050Source source = new Mpu6050Source(chip, false, 2, 250, 100);
            chip.TransfersLeft = 0;
            Assert.AreEqual(0, source.Read(new short[3], 0, 1));
            Assert.AreEqual(1, source.Errors);
            Assert.AreEqual(0, source.FrameNumber);
        }

        [TestMethod]
        public static void AnotherChip_IsRefused()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x70;
            Assert.ThrowsException(typeof(InvalidOperationException), () => { Mpu6050Source source = new Mpu6050Source(chip, false, 2, 250, 100); });
            chip.Values[0x75] = 0x68;
            Assert.ThrowsException(typeof(ArgumentException), () => { Mpu6050Source source = new Mpu6050Source(chip, false, 3, 250, 100); });
            Assert.ThrowsException(typeof(ArgumentException), () => { Mpu6050Source source = new Mpu6050Source(chip, false, 2, 250, 3); });
            chip.TransfersLeft = 3;
            Assert.ThrowsException(typeof(InvalidOperationException), () => { Mpu6050Source source = new Mpu6050Source(chip, false, 2, 250, 100); });
        }

        [TestMethod]
        public static void Dispose_PutsTheChipToSleep()
        {
            FakeRegisters chip = new FakeRegisters();
            chip.Values[0x75] = 0x68;
            new Mpu6050Source(chip, false, 2, 250, 100).Dispose();
            Assert.AreEqual(0x6B40, chip.WriteAt(chip.WriteCount - 1));
            Assert.IsTrue(chip.IsDisposed);
        }
    }
}
