namespace TinyNano.Contracts
{
    /// <summary>Topics of one device, as docs/PROTOCOL.md lists them. The strings are made once.</summary>
    public sealed class Topics
    {
        public const string DefaultRoot = "tinynano";

        public const string OnlineSuffix = "online";
        public const string StateSuffix = "state";
        public const string ResultSuffix = "result";
        public const string ResultJsonSuffix = "result/json";
        public const string TelemetrySuffix = "telemetry";
        public const string HealthSuffix = "health";
        public const string SampleSuffix = "sample";
        public const string CommandSuffix = "command";

        /// <summary>Payloads of <see cref="Online"/>.</summary>
        public const string OnlineText = "online";
        public const string OfflineText = "offline";

        /// <summary>Payload of <see cref="Command"/>: publish state and telemetry now.</summary>
        public const string ReportCommand = "report";

        /// <param name="root">Of all devices of a fleet; may have levels.</param>
        /// <param name="device">Name of the device, without <c>/</c>, <c>+</c> and <c>#</c>.</param>
        public Topics(string root, string device)
        {
            string prefix = root + "/" + device + "/";
            Online = prefix + OnlineSuffix;
            State = prefix + StateSuffix;
            Result = prefix + ResultSuffix;
            ResultJson = prefix + ResultJsonSuffix;
            Telemetry = prefix + TelemetrySuffix;
            Health = prefix + HealthSuffix;
            Sample = prefix + SampleSuffix;
            Command = prefix + CommandSuffix;
        }

        /// <summary>Text, retained, last will: whether the device is there.</summary>
        public string Online { get; }

        /// <summary><see cref="StateMessage"/>, retained.</summary>
        public string State { get; }

        /// <summary><see cref="ResultMessage"/>.</summary>
        public string Result { get; }

        /// <summary>The same for people.</summary>
        public string ResultJson { get; }

        /// <summary><see cref="TelemetryMessage"/>.</summary>
        public string Telemetry { get; }

        /// <summary><see cref="HealthMessage"/>.</summary>
        public string Health { get; }

        /// <summary><see cref="SampleMessage"/>.</summary>
        public string Sample { get; }

        /// <summary>Text, to the device.</summary>
        public string Command { get; }
    }
}
