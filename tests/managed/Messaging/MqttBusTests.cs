using System;
using System.Threading;
using nanoFramework.TestFramework;
using TinyNano.Messaging.Mqtt;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class MqttBusTests
    {
        private const int PatienceMilliseconds = 20000;

        private static string s_receivedTopic;
        private static int s_received;
        private static int s_threadOfHandler;

        [TestMethod]
        public static void Connect_SaysOnlineThenSendsWhatWaited()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 4);
            bus.Publish("t", new byte[] { 5 }, 1, 1, true);
            bus.Publish("u", new byte[] { 6 }, 1, 0, false);
            Assert.AreEqual(0, link.PublishedCount);
            bus.Start();
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual("birth!=78", link.Published(0));
            Assert.AreEqual("t!=5", link.Published(1));
            Assert.AreEqual("u=6", link.Published(2));
            Assert.IsTrue(bus.IsConnected);
            bus.Dispose();
            Assert.AreEqual("birth!=70", link.Published(3));
            Assert.AreEqual(1, link.Disconnects);
            Assert.IsTrue(link.IsDisposed);
            Assert.IsFalse(bus.IsConnected);
        }

        [TestMethod]
        public static void FailedConnects_AreRepeated()
        {
            FakeLink link = new FakeLink();
            link.FailingConnects = 3;
            MqttBus bus = NewBus(link, 4);
            bus.Publish("t", new byte[] { 5 }, 1, 1, false);
            bus.Start();
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual(4, link.Attempts);
            Assert.AreEqual(0, bus.FailedAttempts);
            Assert.AreEqual(0, bus.Reconnects);
            bus.Dispose();
        }

        [TestMethod]
        public static void BrokenConnection_IsMadeAgainWithAllSubscriptions()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 4);
            bus.Subscribe("a", 1);
            bus.Start();
            bus.Publish("t", new byte[] { 1 }, 1, 1, false);
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            bus.Subscribe("b", 1);
            bus.Publish("t", new byte[] { 2 }, 1, 1, false);
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual(2, link.SubscribedCount);
            link.Break();
            bus.Publish("t", new byte[] { 3 }, 1, 1, false);
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual(4, link.SubscribedCount);
            Assert.AreEqual(1, bus.Reconnects);
            Assert.AreEqual("t=3", link.Published(link.PublishedCount - 1));
            Assert.AreEqual("birth!=78", link.Published(link.PublishedCount - 2));
            bus.Dispose();
        }

        [TestMethod]
        public static void UnacknowledgedMessage_IsSentAgain()
        {
            FakeLink link = new FakeLink();
            link.Swallowed = 2;
            MqttBus bus = NewBus(link, 4);
            bus.Publish("t", new byte[] { 7 }, 1, 1, false);
            bus.Start();
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual(3, link.Connections);
            int sent = 0;
            for (int i = 0; i < link.PublishedCount; i++)
            {
                sent += link.Published(i) == "t=7" ? 1 : 0;
            }

            Assert.AreEqual(3, sent);
            bus.Dispose();
        }

        [TestMethod]
        public static void TooManyMessages_TheOldestGiveWay()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 2);
            for (int i = 0; i < 5; i++)
            {
                bus.Publish("t", new byte[] { (byte)i }, 1, 1, false);
            }

            Assert.AreEqual(3, bus.Dropped);
            bus.Start();
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual("t=3", link.Published(1));
            Assert.AreEqual("t=4", link.Published(2));
            bus.Dispose();
        }

        [TestMethod]
        public static void ReceivedMessage_IsHandedOverByTheBus()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 4);
            bus.MessageReceived += OnMessage;
            s_received = 0;
            bus.Start();
            WaitForConnection(bus);
            link.Deliver("x", new byte[] { 1 });
            WaitForReceived(1);
            Assert.AreEqual("x", s_receivedTopic);
            Assert.AreNotEqual(Thread.CurrentThread.ManagedThreadId, s_threadOfHandler);
            bus.Dispose();
        }

        [TestMethod]
        public static void ReceivedMessages_AreBoundedInBytes()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 4);
            for (int i = 0; i < 3; i++)
            {
                link.Deliver("a", new byte[2080]);
            }

            Assert.AreEqual(0, bus.Dropped);
            link.Deliver("a", new byte[2081]);
            Assert.AreEqual(1, bus.Dropped);
            link.Deliver("a", new byte[1]);
            Assert.AreEqual(2, bus.Dropped);
            for (int i = 0; i < 6; i++)
            {
                link.Deliver("a", new byte[0]);
            }

            // Two long ones, a short one and five of six without bytes fill the eight places.
            Assert.AreEqual(3, bus.Dropped);
            bus.Dispose();
        }

        [TestMethod]
        public static void ThrowingHandler_DoesNotStopTheBus()
        {
            FakeLink link = new FakeLink();
            MqttBus bus = NewBus(link, 4);
            bus.MessageReceived += OnMessage;
            bus.MessageReceived += Throw;
            s_received = 0;
            bus.Start();
            WaitForConnection(bus);
            link.Deliver("x", new byte[0]);
            WaitForReceived(1);
            link.Deliver("y", new byte[0]);
            WaitForReceived(2);
            bus.Publish("t", new byte[1], 1, 1, false);
            Assert.IsTrue(bus.Flush(PatienceMilliseconds));
            Assert.AreEqual(2, bus.HandlerErrors);
            bus.Dispose();
        }

        [TestMethod]
        public static void Flush_GivesUpWithoutConnection()
        {
            FakeLink link = new FakeLink();
            link.FailingConnects = int.MaxValue;
            MqttBus bus = NewBus(link, 4);
            bus.Start();
            bus.Publish("t", new byte[1], 1, 1, false);
            Assert.IsFalse(bus.Flush(20));
            bus.Dispose();
        }

        private static MqttBus NewBus(FakeLink link, int queueLength)
        {
            MqttOptions options = new MqttOptions();
            options.OnlineTopic = "birth";
            options.OnlineText = "N";
            options.OfflineText = "F";
            options.QueueLength = queueLength;
            options.MinBackOffMilliseconds = 2;
            options.MaxBackOffMilliseconds = 4;
            options.AcknowledgeMilliseconds = 30;
            return new MqttBus(options, link, new Random(1));
        }

        private static void WaitForConnection(MqttBus bus)
        {
            for (int waited = 0; waited < PatienceMilliseconds && !bus.IsConnected; waited++)
            {
                Thread.Sleep(1);
            }

            Assert.IsTrue(bus.IsConnected);
        }

        private static void WaitForReceived(int count)
        {
            for (int waited = 0; waited < PatienceMilliseconds && s_received < count; waited++)
            {
                Thread.Sleep(1);
            }

            Assert.AreEqual(count, s_received);
        }

        private static void OnMessage(string topic, byte[] payload)
        {
            s_receivedTopic = topic;
            s_threadOfHandler = Thread.CurrentThread.ManagedThreadId;
            s_received++;
        }

        private static void Throw(string topic, byte[] payload)
        {
            throw new InvalidOperationException();
        }
    }
}
