namespace TinyNano.Contracts
{
    /// <summary>What a manifest asks for.</summary>
    public static class ManifestKind
    {
        /// <summary>Fetch, prove and try a model.</summary>
        public const int Install = 1;

        /// <summary>Go back to the model of the other slot.</summary>
        public const int Revert = 2;

        /// <summary>A model is withdrawn.</summary>
        public const int Revoke = 3;
    }
}
