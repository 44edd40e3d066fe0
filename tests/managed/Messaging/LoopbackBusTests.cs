using System;
using nanoFramework.TestFramework;
using TinyNano.Messaging;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class LoopbackBusTests
    {
        private static string s_topic;
        private static int s_received;
        private static int s_changes;

        [TestMethod]
        public static void Publish_ReachesSubscribers()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.MessageReceived += OnMessage;
            bus.ConnectionChanged += OnConnection;
            s_received = 0;
            s_changes = 0;
            bus.Subscribe("x/+", 0);
            bus.Publish("x/y", new byte[1], 1, 0, false);
            Assert.AreEqual(1, bus.Dropped);
            bus.Start();
            bus.Publish("x/y", new byte[] { 7, 8 }, 1, 0, true);
            bus.Publish("z", new byte[1], 1, 0, false);
            Assert.AreEqual(1, s_received);
            Assert.AreEqual("x/y", s_topic);
            Assert.AreEqual(2, bus.Count);
            Assert.AreEqual(1, bus.Last("x/y").Length);
            Assert.IsTrue(bus.Retained(0));
            Assert.IsNull(bus.Last("q"));
            bus.SetConnected(false);
            bus.SetConnected(true);
            Assert.AreEqual(3, s_changes);
            Assert.AreEqual(1, bus.Reconnects);
        }

        [TestMethod]
        public static void LongPayload_IsRefused()
        {
            LoopbackBus bus = new LoopbackBus();
            Assert.ThrowsException(typeof(ArgumentException), () => { bus.Publish("a", new byte[300], bus.MaxPayload + 1, 0, false); });
        }

        private static void OnMessage(string topic, byte[] payload)
        {
            s_topic = topic;
            s_received++;
        }

        private static void OnConnection(bool connected)
        {
            s_changes++;
        }
    }
}
