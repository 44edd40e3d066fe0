namespace TinyNano.Messaging.Mqtt
{
    /// <summary>How to reach a broker. What is not set has a default that suits a small device.</summary>
    public sealed class MqttOptions
    {
        public string Host { get; set; } = "localhost";

        /// <summary>1883 is usual without TLS, 8883 with it.</summary>
        public int Port { get; set; } = 1883;

        public bool UseTls { get; set; }

        /// <summary>The authority that must have signed the broker's certificate, in PEM; null: those stored in the device.</summary>
        public string CaCertificate { get; set; }

        public string ClientId { get; set; } = "tinynano";

        /// <summary>Null: none.</summary>
        public string UserName { get; set; }

        public string Password { get; set; }

        /// <summary>Retained topic that tells whether the device is there; the broker writes <see cref="OfflineText"/> when it is lost.</summary>
        public string OnlineTopic { get; set; }

        public string OnlineText { get; set; } = "online";

        public string OfflineText { get; set; } = "offline";

        /// <summary>Seconds after which the broker takes a silent device for lost, divided by 1.5.</summary>
        public int KeepAliveSeconds { get; set; } = 30;

        /// <summary>Messages that wait while there is no connection. RAM is this times <see cref="MaxPayload"/>.</summary>
        public int QueueLength { get; set; } = 16;

        /// <summary>Bytes of a payload. A blob travels in pieces, never in one message.</summary>
        public int MaxPayload { get; set; } = 256;

        /// <summary>Messages received that wait for the application.</summary>
        public int IncomingLength { get; set; } = 8;

        /// <summary>Bytes of a payload that is received; longer ones are dropped. Parts of models are the longest.</summary>
        public int MaxIncomingPayload { get; set; } = 2080;

        /// <summary>Bytes of all payloads that wait for the application.</summary>
        public int MaxIncomingBytes { get; set; } = 6240;

        /// <summary>How long the broker may take to acknowledge a message before the connection counts as dead.</summary>
        public int AcknowledgeMilliseconds { get; set; } = 10000;

        /// <summary>Wait after the first connection that failed; doubles with each further one.</summary>
        public int MinBackOffMilliseconds { get; set; } = 1000;

        public int MaxBackOffMilliseconds { get; set; } = 60000;
    }
}
