using System.CommandLine;
using TinyNano.VirtualDevice.Storage;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano device install`, `erase` and `show`: the model slots of a device that is not running.</summary>
internal static class DeviceStorageCommands
{
    public static Command Install()
    {
        Argument<string> model = new("model") { Description = "the blob to install" };
        Option<string> state = DeviceCommand.RequiredState();
        Option<EngineChoice> engine = DeviceCommand.Engine();
        Option<int> slotBytes = DeviceCommand.SlotBytes();
        Command command = new("install", "Writes a model into the slot that is not active and confirms it.") { model, state, engine, slotBytes };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            byte[] blob = File.ReadAllBytes(parsed.GetRequiredValue(model));
            (int slot, bool written) = DeviceStorage.Install(parsed.GetRequiredValue(state), parsed.GetValue(engine), parsed.GetValue(slotBytes), blob);
            console.Result(
                new { slot, bytes = blob.Length, written },
                text => text.WriteLine(written
                    ? $"installed   {parsed.GetRequiredValue(model)}   {blob.Length:N0} B in slot {slot}, which is active now"
                    : $"unchanged   slot {slot} is active and holds this model already"));
            return ExitCode.Done;
        });
    }

    public static Command Erase()
    {
        Option<string> state = DeviceCommand.RequiredState();
        Command command = new("erase", "Deletes what a device keeps: flash, slots, counters.") { state };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            IReadOnlyList<string> files = DeviceStorage.Erase(parsed.GetRequiredValue(state));
            console.Result(new { erased = files }, text => text.WriteLine(files.Count == 0 ? "nothing to erase" : $"erased      {string.Join(", ", files.Select(Path.GetFileName))}"));
            return ExitCode.Done;
        });
    }

    public static Command Show()
    {
        Option<string> state = DeviceCommand.RequiredState();
        Option<EngineChoice> engine = DeviceCommand.Engine();
        Option<int> slotBytes = DeviceCommand.SlotBytes();
        Command command = new("show", "Shows the model slots of a device.") { state, engine, slotBytes };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string folder = parsed.GetRequiredValue(state);
            if (!Directory.Exists(folder))
            {
                throw new DirectoryNotFoundException($"no folder '{folder}'; `tinynano device run --state` or `install` makes one");
            }

            (int bytes, IReadOnlyList<SlotState> slots) = DeviceStorage.Show(folder, parsed.GetValue(engine), parsed.GetValue(slotBytes));
            console.Result(
                new { slotBytes = bytes, slots },
                text =>
                {
                    foreach (SlotState slot in slots)
                    {
                        string what = slot.Problem is not null ? $"damaged: {slot.Problem}"
                            : slot.Bytes == 0 ? "empty"
                            : $"{slot.Model}   version {slot.Version}   {slot.Bytes:N0} B   crc {slot.Crc}";
                        text.WriteLine($"slot {slot.Slot}      {(slot.IsActive ? "active   " : "         ")}{what}");
                    }
                });
            return ExitCode.Done;
        });
    }
}
