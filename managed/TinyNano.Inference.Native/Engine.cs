using TinyNano.Ota;

namespace TinyNano.Inference
{
    /// <summary>
    /// The engine of this package. TinyNano.Inference.Managed has a class of the same name: an application changes one package reference
    /// and no code.
    /// </summary>
    public static class Engine
    {
        /// <summary>An engine for one model.</summary>
        /// <exception cref="InferenceException">The firmware has no native half, or one of another version: status -3.</exception>
        public static IEngine Create()
        {
            return new NativeEngine();
        }

        /// <summary>The model slots of the firmware.</summary>
        /// <param name="storageRoot">Not used: the slots are partitions of the flash.</param>
        public static IModelSlots OpenSlots(string storageRoot)
        {
            return new NativeSlots();
        }

        /// <summary>The store of updates in the firmware.</summary>
        public static IUpdateProvider OpenUpdates()
        {
            return new NativeUpdateProvider();
        }
    }
}
