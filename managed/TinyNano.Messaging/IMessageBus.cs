using System;

namespace TinyNano.Messaging
{
    /// <summary>Receives a message. Called from the bus's own thread, one message at a time; it may take its time.</summary>
    public delegate void MessageHandler(string topic, byte[] payload);

    /// <summary>Hears that the connection has come up or gone.</summary>
    public delegate void ConnectionHandler(bool connected);

    /// <summary>Small messages to and from anywhere. Publishing never waits for the network.</summary>
    public interface IMessageBus : IDisposable
    {
        bool IsConnected { get; }

        /// <summary>Messages that were given up because too many waited, in either direction.</summary>
        int Dropped { get; }

        /// <summary>Connections made after the first.</summary>
        int Reconnects { get; }

        /// <summary>Bytes that a payload may have at most.</summary>
        int MaxPayload { get; }

        event MessageHandler MessageReceived;

        event ConnectionHandler ConnectionChanged;

        /// <summary>Begins to connect, and goes on trying. Returns at once.</summary>
        void Start();

        /// <summary>Queues a message. Where too many wait, the oldest is given up. Allocates nothing.</summary>
        /// <param name="topic">The topic.</param>
        /// <param name="payload">The first <paramref name="length"/> bytes are copied.</param>
        /// <param name="length">At most <see cref="MaxPayload"/>.</param>
        /// <param name="qos">0 at most once, 1 at least once.</param>
        /// <param name="retain">The broker keeps it for those who subscribe later.</param>
        /// <exception cref="ArgumentException">The payload is too long.</exception>
        void Publish(string topic, byte[] payload, int length, int qos, bool retain);

        /// <summary>Subscribes to a topic or filter, now and after every reconnect.</summary>
        void Subscribe(string filter, int qos);

        /// <summary>Waits until every queued message has gone.</summary>
        /// <returns>False where some are left.</returns>
        bool Flush(int milliseconds);
    }
}
