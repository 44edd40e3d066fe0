using System;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>Hears of a message of quality of service 1 that has arrived at the broker or was given up.</summary>
    public delegate void AcknowledgedHandler(int messageId, bool arrived);

    /// <summary>Hears that the connection has gone.</summary>
    public delegate void ClosedHandler();

    /// <summary>
    /// One connection to a broker. <see cref="MqttBus"/> drives it from a single thread; events come from threads of the link's own.
    /// </summary>
    public interface IMqttLink : IDisposable
    {
        bool IsConnected { get; }

        event MessageHandler Received;

        event AcknowledgedHandler Acknowledged;

        event ClosedHandler Closed;

        /// <summary>One attempt to connect, with the last will of the options; may take long.</summary>
        /// <exception cref="Exception">It failed, for whatever reason.</exception>
        void Connect(MqttOptions options);

        /// <summary>Leaves; the broker then drops the last will. Nothing happens where there is no connection.</summary>
        void Disconnect();

        /// <summary>Gives the connection up without leaving, so that the broker publishes the last will.</summary>
        void Abandon();

        /// <returns>The number that <see cref="Acknowledged"/> will name.</returns>
        int Publish(string topic, byte[] payload, int qos, bool retain);

        void Subscribe(string filter, int qos);
    }
}
