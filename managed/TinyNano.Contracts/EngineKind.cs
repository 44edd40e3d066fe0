namespace TinyNano.Contracts
{
    /// <summary>What executes the model.</summary>
    public static class EngineKind
    {
        public const int Unknown = 0;

        /// <summary>The C runtime in the firmware.</summary>
        public const int Native = 1;

        /// <summary>C#.</summary>
        public const int Managed = 2;
    }
}
