namespace TinyNano.Ota
{
    /// <summary>What an <see cref="UpdateMachine"/> wants done. Those that name an event are answered with it, after the session was filled anew.</summary>
    public static class UpdateAction
    {
        /// <summary>Check a manifest. Value: its session. Answer: <see cref="UpdateEvent.Checked"/>.</summary>
        public const int CheckManifest = 0;

        /// <summary>Answer: <see cref="UpdateEvent.Began"/>.</summary>
        public const int StartSession = 1;

        /// <summary>Value: a part to search from. Answer: <see cref="UpdateEvent.Missing"/>.</summary>
        public const int FindMissing = 2;

        /// <summary>Send a request. Value: first part; detail: bits of what is wanted.</summary>
        public const int Request = 3;

        /// <summary>Answer: <see cref="UpdateEvent.Completed"/>.</summary>
        public const int Complete = 4;

        /// <summary>Answer: <see cref="UpdateEvent.Proved"/>.</summary>
        public const int Prove = 5;

        /// <summary>Answer: <see cref="UpdateEvent.ShadowOpened"/>.</summary>
        public const int OpenShadow = 6;

        public const int CloseShadow = 7;

        /// <summary>Answer: <see cref="UpdateEvent.Activated"/>.</summary>
        public const int Activate = 8;

        /// <summary>Answer: <see cref="UpdateEvent.Reloaded"/>.</summary>
        public const int Reload = 9;

        /// <summary>A trial begins, or goes on after a restart.</summary>
        public const int BeginTrial = 10;

        /// <summary>Answer: <see cref="UpdateEvent.Confirmed"/>.</summary>
        public const int Confirm = 11;

        /// <summary>Value: status. Answer: <see cref="UpdateEvent.Refused"/>.</summary>
        public const int Refuse = 12;

        /// <summary>Value: status. Answer: <see cref="UpdateEvent.Reverted"/>.</summary>
        public const int Revert = 13;

        /// <summary>Publish how far the update is.</summary>
        public const int Publish = 14;

        /// <summary>Publish that a manifest was refused, or noted as it does not concern the device. Value: status, 0 where it was noted; detail: its session.</summary>
        public const int PublishRefusal = 15;
    }
}
