using nanoFramework.TestFramework;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    [TestClass]
    public class SessionNumberTests
    {
        // SHA-256 begins with BA7816BF for "abc" and with E3B0C442 for nothing; with 5341E6B2 for 256 zeros.
        [TestMethod]
        public static void Session_IsTheBeginningOfTheHash()
        {
            Assert.AreEqual(0xBF1678BAu, SessionNumber.Of(new byte[] { 0x61, 0x62, 0x63 }));
            Assert.AreEqual(0x42C4B0E3u, SessionNumber.Of(new byte[0]));
            Assert.AreEqual(0xB2E64153u, SessionNumber.Of(new byte[256]));
        }
    }
}
