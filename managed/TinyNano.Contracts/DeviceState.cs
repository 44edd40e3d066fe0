namespace TinyNano.Contracts
{
    /// <summary>What a device is doing. Numbers are never given another meaning.</summary>
    public static class DeviceState
    {
        /// <summary>Has just started.</summary>
        public const int Booting = 0;

        /// <summary>Runs a confirmed model.</summary>
        public const int Running = 1;

        /// <summary>Has no model.</summary>
        public const int NoModel = 2;

        /// <summary>Cannot run; status, step and tensor say why.</summary>
        public const int Failed = 3;

        /// <summary>Goes to deep sleep and will come back.</summary>
        public const int Sleeping = 4;

        /// <summary>Ends in order.</summary>
        public const int Stopped = 5;

        /// <summary>The sensor does not answer; the device goes on trying.</summary>
        public const int NoSensor = 6;
    }
}
