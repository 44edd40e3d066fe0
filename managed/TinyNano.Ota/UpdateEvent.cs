namespace TinyNano.Ota
{
    /// <summary>What happens to an <see cref="UpdateMachine"/>: kinds, with their value and detail.</summary>
    public static class UpdateEvent
    {
        /// <summary>The device has started, and the session is as the store has it.</summary>
        public const int Restarted = 0;

        /// <summary>A manifest has come. Value: its session; detail: one of <see cref="ManifestSource"/>.</summary>
        public const int Offered = 1;

        /// <summary>Answer of the store to <see cref="UpdateAction.CheckManifest"/>. Value: 0, 1 for one that it knows, or a status.</summary>
        public const int Checked = 2;

        /// <summary>A manifest's topic was emptied. Detail: one of <see cref="ManifestSource"/>.</summary>
        public const int Withdrawn = 3;

        /// <summary>Answer to <see cref="UpdateAction.StartSession"/>. Value: status.</summary>
        public const int Began = 4;

        /// <summary>Answer to <see cref="UpdateAction.FindMissing"/>. Value: a part, -1 for none.</summary>
        public const int Missing = 5;

        /// <summary>A part is stored. Value: part; detail: 1 where it was there before.</summary>
        public const int PartStored = 6;

        /// <summary>A part did not come out. Value: part; detail: 1 where it was a copy or a patch.</summary>
        public const int PartWrong = 7;

        /// <summary>The server refuses. Value: status.</summary>
        public const int ServerRefused = 8;

        /// <summary>A part for the whole group has come.</summary>
        public const int GroupPart = 9;

        /// <summary>Time has passed.</summary>
        public const int Tick = 10;

        public const int Connected = 11;

        public const int Disconnected = 12;

        /// <summary>Answer to <see cref="UpdateAction.Complete"/>. Value: status.</summary>
        public const int Completed = 13;

        /// <summary>Answer to <see cref="UpdateAction.Prove"/>. Value: status.</summary>
        public const int Proved = 14;

        /// <summary>Answer to <see cref="UpdateAction.OpenShadow"/>. Value: 0, 1 where there is nothing to compare with, or a status.</summary>
        public const int ShadowOpened = 15;

        /// <summary>How the shadow fares. Value: samples; detail: those that agreed.</summary>
        public const int ShadowCompared = 16;

        /// <summary>Answer to <see cref="UpdateAction.Activate"/>. Value: status.</summary>
        public const int Activated = 17;

        /// <summary>Answer to <see cref="UpdateAction.Reload"/>. Value: status.</summary>
        public const int Reloaded = 18;

        /// <summary>How the trial fares. Value: status of the health check; detail: good inferences.</summary>
        public const int HealthChecked = 19;

        /// <summary>Answer to <see cref="UpdateAction.Confirm"/>. Value: status.</summary>
        public const int Confirmed = 20;

        /// <summary>Answer to <see cref="UpdateAction.Refuse"/>. Value: status.</summary>
        public const int Refused = 21;

        /// <summary>Answer to <see cref="UpdateAction.Revert"/>. Value: status.</summary>
        public const int Reverted = 22;

        /// <summary>Chunks are being copied from the active blob. Value: 1 while it lasts, then 0.</summary>
        public const int Busy = 23;

        /// <summary>While parts came, the store had to give the candidate up; the manifest may begin anew.</summary>
        public const int CandidateLost = 24;
    }
}
