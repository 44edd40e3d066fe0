using nanoFramework.TestFramework;
using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    [TestClass]
    public class SampleRingTests
    {
        [TestMethod]
        public static void Frames_ComeOutInOrderAcrossTheEnd()
        {
            SampleRing ring = new SampleRing(3, 2);
            short[] read = new short[6];
            ring.Write(new short[] { 1, 2, 3, 4 }, 0, 2);
            Assert.AreEqual(1, ring.Read(read, 0, 1));
            ring.Write(new short[] { 5, 6, 7, 8 }, 0, 2);
            Assert.AreEqual(3, ring.Count);
            Assert.AreEqual(3, ring.Read(read, 0, 9));
            Assert.IsTrue(read.SequenceEqual(new short[] { 3, 4, 5, 6, 7, 8 }));
            Assert.AreEqual(0, ring.Read(read, 0, 9));
            Assert.AreEqual(0, ring.Lost);
        }

        [TestMethod]
        public static void Full_TheOldestGiveWay()
        {
            SampleRing ring = new SampleRing(2, 1);
            short[] read = new short[2];
            ring.Write(new short[] { 0, 1, 2, 3, 4 }, 1, 4);
            Assert.AreEqual(2, ring.Lost);
            ring.Write(new short[] { 9 }, 0, 1);
            Assert.AreEqual(3, ring.Lost);
            Assert.AreEqual(2, ring.Read(read, 0, 2));
            Assert.IsTrue(read.SequenceEqual(new short[] { 4, 9 }));
        }

        [TestMethod]
        public static void Clear_ForgetsWithoutCounting()
        {
            SampleRing ring = new SampleRing(2, 1);
            ring.Write(new short[] { 1 }, 0, 1);
            ring.Clear();
            Assert.AreEqual(0, ring.Count);
            Assert.AreEqual(0, ring.Lost);
        }
    }
}
