using TinyNano.Inference;

namespace TinyNano.VirtualDevice.Storage;

/// <summary>Which engine runs the models of a device, and so where its model slots are.</summary>
public enum EngineChoice
{
    /// <summary>The C runtime, with slots in the flash.</summary>
    Native,

    /// <summary>Pure C#, with slots in files.</summary>
    Managed,
}

internal static class EngineChoices
{
    public static IEngine CreateEngine(this EngineChoice choice) => choice == EngineChoice.Native ? new NativeEngine() : new ManagedEngine();

    public static IModelSlots OpenSlots(this EngineChoice choice, string storageRoot, int slotBytes) =>
        choice == EngineChoice.Native ? new NativeSlots() : new FileSlots(storageRoot, slotBytes);
}
