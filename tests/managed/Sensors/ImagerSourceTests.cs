using System;
using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class ImagerSourceTests
    {
        [TestMethod]
        [DataRow(1)]
        [DataRow(63)]
        [DataRow(64)]
        [DataRow(65)]
        [DataRow(784)]
        public static void Frame_IsReadInBlocks(int pixels)
        {
            FakeImager chip = new FakeImager(pixels);
            ImagerSource source = new ImagerSource(chip, pixels);
            Assert.IsTrue(chip.IsRunning);
            Assert.AreEqual(pixels, source.Channels);
            short[] frame = new short[pixels + 1];
            Assert.AreEqual(0, source.Read(frame, 0, 1));
            chip.Frame = 200;
            chip.IsReady = true;
            Assert.AreEqual(1, source.Read(frame, 1, 1));
            Assert.AreEqual(200, source.FrameNumber);
            for (int i = 0; i < pixels; i++)
            {
                Assert.AreEqual((200 + i) & 0xFF, (int)frame[i + 1]);
            }

            Assert.AreEqual(0, source.Read(frame, 0, 1));
        }

        [TestMethod]
        public static void LostFrames_AreSeenInTheNumbers()
        {
            FakeImager chip = new FakeImager(4);
            ImagerSource source = new ImagerSource(chip, 4);
            short[] frame = new short[4];
            chip.Frame = 65534;
            chip.IsReady = true;
            source.Read(frame, 0, 1);
            Assert.AreEqual(0, source.Lost);
            chip.Frame = 2;
            chip.IsReady = true;
            source.Read(frame, 0, 1);
            Assert.AreEqual(3, source.Lost);
        }

        [TestMethod]
        public static void EveryTransferThatFails_CostsTheFrameOnly()
        {
            // Status, number, two of each block, release.
            for (int failing = 0; failing < 2 + 4 + 1; failing++)
            {
                FakeImager chip = new FakeImager(100);
                ImagerSource source = new ImagerSource(chip, 100);
                short[] frame = new short[100];
                chip.IsReady = true;
                chip.ResetTransfers();
                chip.FailingTransfer = failing;
                Assert.AreEqual(0, source.Read(frame, 0, 1));
                Assert.AreEqual(1, source.Errors);
                chip.IsReady = true;
                Assert.AreEqual(1, source.Read(frame, 0, 1));
                Assert.AreEqual((chip.Frame - 1 + 99) & 0xFF, (int)frame[99]);
            }
        }

        [TestMethod]
        public static void End_IsTold()
        {
            FakeImager chip = new FakeImager(4);
            ImagerSource source = new ImagerSource(chip, 4);
            chip.HasEnded = true;
            Assert.AreEqual(0, source.Read(new short[4], 0, 1));
            Assert.IsTrue(source.HasEnded);
        }

        [TestMethod]
        public static void WrongChip_IsRefused()
        {
            Assert.ThrowsException(typeof(InvalidOperationException), () => { ImagerSource source = new ImagerSource(new FakeImager(4), 5); });
            Assert.ThrowsException(typeof(InvalidOperationException), () => { ImagerSource source = new ImagerSource(new FakeRegisters(), 5); });
        }
    }
}
