using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class TopicsTests
    {
        [TestMethod]
        public static void Topics_BeginWithRootAndDevice()
        {
            Topics topics = new Topics("plant/7", "pump");
            Assert.AreEqual("plant/7/pump/online", topics.Online);
            Assert.AreEqual("plant/7/pump/state", topics.State);
            Assert.AreEqual("plant/7/pump/result", topics.Result);
            Assert.AreEqual("plant/7/pump/result/json", topics.ResultJson);
            Assert.AreEqual("plant/7/pump/telemetry", topics.Telemetry);
            Assert.AreEqual("plant/7/pump/command", topics.Command);
        }
    }
}
