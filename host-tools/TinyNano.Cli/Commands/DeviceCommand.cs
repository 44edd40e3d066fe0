using System.CommandLine;
using TinyNano.VirtualDevice.Storage;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano device`: virtual devices and what they keep.</summary>
internal static class DeviceCommand
{
    public static Command Create() => new("device", "Virtual devices: the application for microcontrollers on this computer.")
    {
        DeviceRunCommand.Create(),
        DeviceStorageCommands.Install(),
        DeviceStorageCommands.Erase(),
        DeviceStorageCommands.Show(),
    };

    public static Option<EngineChoice> Engine() => new("--engine")
    {
        Description = "native (the C runtime, slots in flash) or managed (pure C#, slots in files)",
        DefaultValueFactory = _ => EngineChoice.Native,
    };

    public static Option<int> SlotBytes()
    {
        Option<int> option = new("--slot-bytes") { Description = "bytes of each of the two model slots; a multiple of 4096", DefaultValueFactory = _ => 512 * 1024 };
        option.Validators.Add(result =>
        {
            int bytes = result.GetValueOrDefault<int>();
            if (bytes <= 0 || bytes > 64 << 20 || bytes % 4096 != 0)
            {
                result.AddError("--slot-bytes is a multiple of 4096, up to 67108864");
            }
        });
        return option;
    }

    public static Option<string> RequiredState() => new("--state") { Description = "folder of the device's flash and files", Required = true };
}
