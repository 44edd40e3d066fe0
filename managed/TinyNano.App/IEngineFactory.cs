using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>Makes engines; a test brings its own.</summary>
    public interface IEngineFactory
    {
        /// <summary>An engine for one model.</summary>
        IEngine Create();
    }
}
