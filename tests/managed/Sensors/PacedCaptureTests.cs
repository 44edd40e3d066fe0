using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class PacedCaptureTests
    {
        [TestMethod]
        public static void Schedule_IsAbsolute()
        {
            FakeClock clock = new FakeClock();
            clock.Microseconds = 5000;
            FakeSource source = new FakeSource(clock);
            source.SlowRead = 4;
            source.SlowMicroseconds = 100000;
            PacedCapture capture = new PacedCapture(source, new SampleRing(8, 1), clock, 3);
            for (int n = 0; n < 3000; n++)
            {
                capture.Step();
                Assert.AreEqual(5000L + n * 1000000L / 3, source.LastReadAt);
            }

            Assert.AreEqual(3000, capture.Frames);
            Assert.AreEqual(0, capture.Late);
            Assert.AreEqual(0, capture.Lost);
        }

        [TestMethod]
        public static void SlowRead_LosesFramesButNotTheTime()
        {
            FakeClock clock = new FakeClock();
            FakeSource source = new FakeSource(clock);
            source.SlowRead = 1;
            source.SlowMicroseconds = 37000;
            SampleRing ring = new SampleRing(16, 1);
            PacedCapture capture = new PacedCapture(source, ring, clock, 100);
            for (int n = 0; n < 4; n++)
            {
                capture.Step();
            }

            // Frame 1 was read at 10 ms and took until 47 ms: frames 2 and 3 are lost, 4 (due at 40 ms) is late, 5 in time.
            short[] read = new short[16];
            Assert.AreEqual(6, ring.Read(read, 0, 16));
            Assert.AreEqual(2, capture.Lost);
            Assert.AreEqual(1, capture.Late);
            Assert.AreEqual(6, capture.Frames);
            Assert.AreEqual(50000L, source.LastReadAt);
            short[] expected = new short[] { 0, 1, 1, 1, 2, 3 };
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.AreEqual(expected[i], read[i]);
            }
        }

        [TestMethod]
        public static void FailedRead_RepeatsTheFrameBefore()
        {
            FakeClock clock = new FakeClock();
            FakeSource source = new FakeSource(clock);
            source.FailingRead = 1;
            SampleRing ring = new SampleRing(4, 1);
            PacedCapture capture = new PacedCapture(source, ring, clock, 10);
            capture.Step();
            capture.Step();
            capture.Step();
            short[] read = new short[4];
            Assert.AreEqual(3, ring.Read(read, 0, 4));
            Assert.AreEqual(1, capture.Lost);
            Assert.AreEqual(0, (int)read[1]);
            Assert.AreEqual(2, (int)read[2]);
        }

        [TestMethod]
        public static void LongPause_FillsTheRingOnce()
        {
            FakeClock clock = new FakeClock();
            SampleRing ring = new SampleRing(4, 1);
            PacedCapture capture = new PacedCapture(new FakeSource(clock), ring, clock, 1000);
            clock.Microseconds = 3600L * 1000000;
            capture.Step();
            Assert.AreEqual(3600000, capture.Lost);
            Assert.AreEqual(5, capture.Frames);
        }

        [TestMethod]
        public static void SelfTimedSource_IsOnlyAsked()
        {
            FakeClock clock = new FakeClock();
            FakeSource source = new FakeSource(clock);
            source.IsSelfTimed = true;
            source.FailingRead = 1;
            SampleRing ring = new SampleRing(4, 1);
            PacedCapture capture = new PacedCapture(source, ring, clock, 10);
            capture.Step();
            capture.Step();
            Assert.AreEqual(1, ring.Count);
            Assert.AreEqual(0, capture.Lost);
            Assert.AreEqual(100000L, source.LastReadAt);
        }
    }
}
