using TinyNano.Inference;
using TinyNano.Simulator;

namespace TinyNano.VirtualDevice.Storage;

/// <summary>Puts models into slots as a device does: erase, write, confirm.</summary>
public static class ModelInstaller
{
    /// <summary>Bytes of one write; what a message of an update would carry.</summary>
    public const int ChunkBytes = 2048;

    /// <summary>Installs into the slot that is not active; returns its number. DeviceException or SimulatorException where that fails.</summary>
    /// <param name="afterChunk">Called after each write, for tests and progress.</param>
    public static int Install(IModelSlots slots, byte[] blob, Action<int>? afterChunk = null)
    {
        try
        {
            if (blob.Length > slots.SlotBytes)
            {
                throw new SimulatorException($"the model has {blob.Length:N0} bytes, a slot of this device {slots.SlotBytes:N0}; give it larger slots with --slot-bytes");
            }

            int slot = slots.Active == 0 ? 1 : 0;
            slots.Erase(slot);
            for (int at = 0; at < blob.Length; at += ChunkBytes)
            {
                slots.Write(slot, at, blob, at, Math.Min(ChunkBytes, blob.Length - at));
                afterChunk?.Invoke(at);
            }

            slots.Confirm(slot);
            return slot;
        }
        catch (InferenceException e)
        {
            throw Refused(e);
        }
    }

    /// <summary>Whether the active slot holds exactly this blob.</summary>
    public static bool IsActive(IModelSlots slots, byte[] blob)
    {
        try
        {
            return slots.Active >= 0 && ReadActive(slots).AsSpan().SequenceEqual(blob);
        }
        catch (InferenceException e)
        {
            throw Refused(e);
        }
    }

    /// <summary>The blob of a slot; empty where there is none.</summary>
    public static byte[] Read(IModelSlots slots, int slot)
    {
        byte[] blob = new byte[slots.Length(slot)];
        for (int at = 0; at < blob.Length; at += ChunkBytes)
        {
            slots.Read(slot, at, blob, at, Math.Min(ChunkBytes, blob.Length - at));
        }

        return blob;
    }

    /// <summary>The blob of the active slot.</summary>
    public static byte[] ReadActive(IModelSlots slots) => Read(slots, slots.Active);

    internal static DeviceException Refused(InferenceException e) =>
        new((Status)e.Status, e.Step == InferenceException.Unknown ? null : e.Step, e.Tensor == InferenceException.Unknown ? null : e.Tensor);
}
