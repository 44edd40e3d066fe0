using System;
using nanoFramework.TestFramework;
using TinyNano.Messaging;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class LoopbackBusTests
    {
        private string _topic;
        private int _received;
        private int _changes;

        [TestMethod]
        public void Publish_ReachesSubscribers()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.MessageReceived += OnMessage;
            bus.ConnectionChanged += OnConnection;
            _received = 0;
            _changes = 0;
            bus.Subscribe("x/+", 0);
            bus.Publish("x/y", new byte[1], 1, 0, false);
            Assert.AreEqual(1, bus.Dropped);
            bus.Start();
            bus.Publish("x/y", new byte[] { 7, 8 }, 1, 0, true);
            bus.Publish("z", new byte[1], 1, 0, false);
            Assert.AreEqual(1, _received);
            Assert.AreEqual("x/y", _topic);
            Assert.AreEqual(2, bus.Count);
            Assert.AreEqual(1, bus.Last("x/y").Length);
            Assert.IsTrue(bus.Retained(0));
            Assert.IsNull(bus.Last("q"));
            bus.SetConnected(false);
            bus.SetConnected(true);
            Assert.AreEqual(3, _changes);
            Assert.AreEqual(1, bus.Reconnects);
        }

        [TestMethod]
        public void LongPayload_IsRefused()
        {
            LoopbackBus bus = new LoopbackBus();
            Assert.ThrowsException(typeof(ArgumentException), () => { bus.Publish("a", new byte[300], bus.MaxPayload + 1, 0, false); });
        }

        private void OnMessage(string topic, byte[] payload)
        {
            _topic = topic;
            _received++;
        }

        private void OnConnection(bool connected)
        {
            _changes++;
        }
    }
}
