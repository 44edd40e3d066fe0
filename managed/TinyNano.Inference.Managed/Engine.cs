using TinyNano.Ota;

namespace TinyNano.Inference
{
    /// <summary>
    /// The engine and the slots of this assembly. TinyNano.Inference.Native has a class of the same name: an application takes the other
    /// engine by referencing the other assembly.
    /// </summary>
    public static class Engine
    {
        /// <summary>A new engine, without a model.</summary>
        public static IEngine Create()
        {
            return new ManagedEngine();
        }

        /// <summary>The two slots for models: files under <paramref name="storageRoot"/>, such as <c>I:\</c>.</summary>
        public static IModelSlots OpenSlots(string storageRoot)
        {
            return new FileSlots(storageRoot);
        }

        /// <summary>Refuses every update: stock firmware cannot verify signatures.</summary>
        public static IUpdateProvider OpenUpdates()
        {
            return new RefusingProvider();
        }
    }
}
