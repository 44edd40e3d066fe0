using System;
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
            Assert.AreEqual("plant/7/pump/health", topics.Health);
            Assert.AreEqual("plant/7/pump/sample", topics.Sample);
            Assert.AreEqual("plant/7/pump/command", topics.Command);
            Assert.AreEqual("plant/7/pump/update/manifest", topics.UpdateManifest);
            Assert.AreEqual("plant/7/pump/update/part", topics.UpdatePart);
            Assert.AreEqual("plant/7/pump/update/request", topics.UpdateRequest);
            Assert.AreEqual("plant/7/pump/update/state", topics.UpdateState);
            Assert.IsTrue(topics.GroupUpdateManifest == null);
            Assert.IsTrue(topics.GroupUpdatePart == null);
        }

        [TestMethod]
        public static void GroupTopics_AreBelowGroup()
        {
            Topics topics = new Topics("plant/7", "pump", "hall");
            Assert.AreEqual("plant/7/group/hall/update/manifest", topics.GroupUpdateManifest);
            Assert.AreEqual("plant/7/group/hall/update/part", topics.GroupUpdatePart);
            Assert.AreEqual("plant/7/pump/update/part", topics.UpdatePart);
            Assert.IsTrue(new Topics("r", "d", "").GroupUpdatePart == null);
        }

        [TestMethod]
        public static void NoDevice_IsCalledGroup()
        {
            Assert.ThrowsException(typeof(ArgumentException), () => new Topics("r", "group"));
        }
    }
}
