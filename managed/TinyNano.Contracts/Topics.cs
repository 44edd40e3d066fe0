using System;

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
        public const string UpdateManifestSuffix = "update/manifest";
        public const string UpdatePartSuffix = "update/part";
        public const string UpdateRequestSuffix = "update/request";
        public const string UpdateStateSuffix = "update/state";

        /// <summary>Level between the root and the name of a group; no device has this name.</summary>
        public const string GroupLevel = "group";

        /// <summary>Payloads of <see cref="Online"/>.</summary>
        public const string OnlineText = "online";
        public const string OfflineText = "offline";

        /// <summary>Payload of <see cref="Command"/>: publish state and telemetry now.</summary>
        public const string ReportCommand = "report";

        /// <param name="root">Of all devices of a fleet; may have levels.</param>
        /// <param name="device">Name of the device, without <c>/</c>, <c>+</c> and <c>#</c>; not <see cref="GroupLevel"/>.</param>
        /// <exception cref="ArgumentException">The device has a name that it must not have.</exception>
        public Topics(string root, string device)
            : this(root, device, null)
        {
        }

        /// <param name="group">Name of the group that gets updates together, like that of a device; null: none.</param>
        public Topics(string root, string device, string group)
        {
            if (device == GroupLevel)
            {
                throw new ArgumentException();
            }

            string prefix = root + "/" + device + "/";
            Online = prefix + OnlineSuffix;
            State = prefix + StateSuffix;
            Result = prefix + ResultSuffix;
            ResultJson = prefix + ResultJsonSuffix;
            Telemetry = prefix + TelemetrySuffix;
            Health = prefix + HealthSuffix;
            Sample = prefix + SampleSuffix;
            Command = prefix + CommandSuffix;
            UpdateManifest = prefix + UpdateManifestSuffix;
            UpdatePart = prefix + UpdatePartSuffix;
            UpdateRequest = prefix + UpdateRequestSuffix;
            UpdateState = prefix + UpdateStateSuffix;
            if (!string.IsNullOrEmpty(group))
            {
                prefix = root + "/" + GroupLevel + "/" + group + "/";
                GroupUpdateManifest = prefix + UpdateManifestSuffix;
                GroupUpdatePart = prefix + UpdatePartSuffix;
            }
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

        /// <summary><see cref="Contracts.UpdateManifest"/>, retained, to the device; an empty one clears it.</summary>
        public string UpdateManifest { get; }

        /// <summary><see cref="PartMessage"/>, to the device.</summary>
        public string UpdatePart { get; }

        /// <summary><see cref="PartRequest"/>.</summary>
        public string UpdateRequest { get; }

        /// <summary><see cref="UpdateMessage"/>, retained.</summary>
        public string UpdateState { get; }

        /// <summary>The same as <see cref="UpdateManifest"/> for all devices of the group; null where there is no group.</summary>
        public string GroupUpdateManifest { get; }

        /// <summary>The same as <see cref="UpdatePart"/> for all devices of the group; null where there is no group.</summary>
        public string GroupUpdatePart { get; }
    }
}
