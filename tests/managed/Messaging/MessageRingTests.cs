using System;
using nanoFramework.TestFramework;
using TinyNano.Messaging;

namespace NFUnitTest.MessagingTests
{
    [TestClass]
    public class MessageRingTests
    {
        [TestMethod]
        public static void Messages_ComeOutInOrderWithTheirBytes()
        {
            MessageRing ring = new MessageRing(2, 4);
            byte[] payload = new byte[] { 1, 2, 3, 4 };
            ring.Add("a", payload, 3, 1, true);
            payload[0] = 9;
            ring.Add("b", payload, 4, 0, false);
            OutgoingMessage message = ring.Peek();
            Assert.AreEqual("a", message.Topic);
            Assert.IsTrue(message.Payload.SequenceEqual(new byte[] { 1, 2, 3 }));
            Assert.AreEqual(1, message.Qos);
            Assert.IsTrue(message.Retain);
            ring.Remove(message);
            message = ring.Peek();
            Assert.AreEqual("b", message.Topic);
            Assert.AreEqual(4, message.Payload.Length);
            ring.Remove(message);
            Assert.IsNull(ring.Peek());
            Assert.AreEqual(0, ring.Dropped);
        }

        [TestMethod]
        public static void Full_TheOldestGivesWay()
        {
            MessageRing ring = new MessageRing(2, 1);
            ring.Add("a", new byte[1], 1, 0, false);
            ring.Add("b", new byte[1], 1, 0, false);
            ring.Add("c", new byte[1], 1, 0, false);
            Assert.AreEqual(1, ring.Dropped);
            Assert.AreEqual(2, ring.Count);
            Assert.AreEqual("b", ring.Peek().Topic);
        }

        [TestMethod]
        public static void Remove_SparesTheSuccessorOfAMessageThatGaveWay()
        {
            MessageRing ring = new MessageRing(1, 1);
            ring.Add("a", new byte[1], 1, 0, false);
            OutgoingMessage sent = ring.Peek();
            ring.Add("b", new byte[1], 1, 0, false);
            ring.Remove(sent);
            Assert.AreEqual("b", ring.Peek().Topic);
        }

        [TestMethod]
        public static void LongPayload_IsRefused()
        {
            MessageRing ring = new MessageRing(1, 4);
            ring.Add("a", new byte[5], 4, 0, false);
            Assert.ThrowsException(typeof(ArgumentException), () => { ring.Add("a", new byte[5], 5, 0, false); });
            Assert.AreEqual(1, ring.Count);
        }
    }
}
