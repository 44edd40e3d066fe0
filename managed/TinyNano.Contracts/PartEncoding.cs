namespace TinyNano.Contracts
{
    /// <summary>What the data of a part message is.</summary>
    public static class PartEncoding
    {
        /// <summary>The part's bytes.</summary>
        public const int Raw = 0;

        /// <summary>Pieces of the active blob and bytes between them.</summary>
        public const int Patch = 1;

        /// <summary>Runs of chunks that the active blob has; see <see cref="PartMessage.RunBytes"/>.</summary>
        public const int Copies = 2;

        /// <summary>The server does not have the session; a status follows.</summary>
        public const int Refused = 255;
    }
}
