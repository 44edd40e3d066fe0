namespace TinyNano.Ota
{
    /// <summary>Where a manifest came from.</summary>
    public static class ManifestSource
    {
        public const int Unknown = 0;

        /// <summary>The device's own topic.</summary>
        public const int Device = 1;

        /// <summary>The topic of its group.</summary>
        public const int Group = 2;
    }
}
