using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>The engine of the package that the project references: TinyNano.Inference.Managed or TinyNano.Inference.Native.</summary>
    public sealed class PackageEngine : IEngineFactory
    {
        public IEngine Create()
        {
            return Engine.Create();
        }
    }
}
