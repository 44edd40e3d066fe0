using TinyNano.Compiler.Emit;
using TinyNano.Inference;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Storage;

/// <summary>One slot as it is found.</summary>
/// <param name="Model">Name of the model; null where there is none or where it is damaged.</param>
/// <param name="Problem">Why the blob cannot be used; null where it can.</param>
public sealed record SlotState(int Slot, bool IsActive, int Bytes, string? Model, uint? Version, string? Crc, string? Problem);

/// <summary>The model slots in the state folder of a device that is not running.</summary>
public static class DeviceStorage
{
    /// <summary>Installs a model as a device does; returns the slot, and whether anything had to be written.</summary>
    public static (int Slot, bool Written) Install(string stateFolder, EngineChoice engine, int slotBytes, byte[] blob) =>
        With(stateFolder, engine, slotBytes, slots => ModelInstaller.IsActive(slots, blob) ? (slots.Active, false) : (ModelInstaller.Install(slots, blob), true));

    public static (int SlotBytes, IReadOnlyList<SlotState> Slots) Show(string stateFolder, EngineChoice engine, int slotBytes) =>
        With(stateFolder, engine, slotBytes, slots => (slots.SlotBytes, (IReadOnlyList<SlotState>)[.. Enumerable.Range(0, 2).Select(slot => Describe(slots, slot))]));

    /// <summary>Erases everything a device keeps: flash, slots, files. Returns the files that are gone.</summary>
    public static IReadOnlyList<string> Erase(string stateFolder)
    {
        if (!Directory.Exists(stateFolder))
        {
            return [];
        }

        string[] files = [.. Names.Select(name => Path.Combine(stateFolder, name)).Where(File.Exists)];
        foreach (string file in files)
        {
            File.Delete(file);
        }

        return files;
    }

    // What devices write; nothing else in the folder is touched.
    private static readonly string[] Names =
        ["flash.bin", "slot0.tnb", "slot1.tnb", "select0.bin", "select1.bin", "restarts.txt", "model.tnb", "model.bad"];

    private static T With<T>(string stateFolder, EngineChoice engine, int slotBytes, Func<IModelSlots, T> work)
    {
        Directory.CreateDirectory(stateFolder);
        using VirtualBoard board = new(new BoardSettings { StateFolder = stateFolder, SlotBytes = engine == EngineChoice.Native ? slotBytes : 0 });
        T result = default!;
        try
        {
            board.Run(() => result = work(engine.OpenSlots(stateFolder + Path.DirectorySeparatorChar, slotBytes)));
        }
        catch (InferenceException e)
        {
            throw ModelInstaller.Refused(e);
        }

        return result;
    }

    private static SlotState Describe(IModelSlots slots, int slot)
    {
        bool active = slots.Active == slot;
        try
        {
            byte[] bytes = ModelInstaller.Read(slots, slot);
            if (bytes.Length == 0)
            {
                return new SlotState(slot, active, 0, null, null, null, null);
            }

            Blob blob = BlobReader.Read(bytes);
            return new SlotState(slot, active, bytes.Length, blob.Name, blob.ModelVersion, blob.Crc.ToString("x8", System.Globalization.CultureInfo.InvariantCulture), null);
        }
        catch (InferenceException e)
        {
            return new SlotState(slot, active, 0, null, null, null, $"status {e.Status}");
        }
        catch (Compiler.Diagnostics.CompileException e)
        {
            return new SlotState(slot, active, slots.Length(slot), null, null, null, e.Message);
        }
    }
}
