namespace TinyNano.Contracts
{
    /// <summary>How far an update is. Numbers are never given another meaning.</summary>
    public static class UpdateState
    {
        /// <summary>No candidate.</summary>
        public const int Empty = 0;

        /// <summary>Parts are being stored.</summary>
        public const int Receiving = 1;

        /// <summary>All parts are there and verified.</summary>
        public const int Stored = 2;

        /// <summary>The candidate runs beside the confirmed model.</summary>
        public const int Shadow = 3;

        /// <summary>The candidate runs, and must be healthy until the end of its trial.</summary>
        public const int Trial = 4;

        /// <summary>The model of the manifest is the confirmed one.</summary>
        public const int Confirmed = 5;

        /// <summary>The candidate failed after its activation, or a revert was carried out; the model before runs.</summary>
        public const int Reverted = 6;

        /// <summary>The manifest or the candidate was refused before activation.</summary>
        public const int Refused = 7;
    }
}
