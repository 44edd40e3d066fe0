namespace TinyNano.Inference
{
    /// <summary>The operators of this engine by code, as in docs/SPEC.md.</summary>
    internal static class OperatorTable
    {
        /// <summary>The operator of a code; null where this engine lacks it.</summary>
        internal static Operator Find(int code)
        {
            switch (code)
            {
                default:
                    return null;
            }
        }
    }
}
