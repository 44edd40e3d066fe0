namespace TinyNano.Messaging
{
    /// <summary>A message that waits to be sent.</summary>
    public sealed class OutgoingMessage
    {
        public OutgoingMessage(int number, string topic, byte[] payload, int qos, bool retain)
        {
            Number = number;
            Topic = topic;
            Payload = payload;
            Qos = qos;
            Retain = retain;
        }

        /// <summary>Counts the messages of a <see cref="MessageRing"/>.</summary>
        public int Number { get; }

        public string Topic { get; }

        public byte[] Payload { get; }

        public int Qos { get; }

        public bool Retain { get; }
    }
}
