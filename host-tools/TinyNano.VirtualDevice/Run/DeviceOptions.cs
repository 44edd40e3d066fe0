using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Storage;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Run;

/// <summary>What a virtual device is and how long it runs.</summary>
public sealed record DeviceOptions
{
    /// <summary>Its id in topics and at the broker.</summary>
    public string Name { get; init; } = "device";

    /// <summary>Folder of its flash and files; kept over runs.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Installed before the start where the confirmed model is another one; null to run what is there.</summary>
    public byte[]? Model { get; init; }

    public TraceFile Trace { get; init; } = new();

    /// <summary>The application's entry point.</summary>
    public Action App { get; init; } = AppLoader.BuiltIn;

    public EngineChoice Engine { get; init; } = EngineChoice.Native;

    public ClockSpeed Speed { get; init; } = ClockSpeed.Real;

    public string BrokerHost { get; init; } = "127.0.0.1";

    public int BrokerPort { get; init; } = 1883;

    public bool UseTls { get; init; }

    /// <summary>PEM file of the authority that must have signed the broker's certificate; null for those of this computer.</summary>
    public string? CaFile { get; init; }

    /// <summary>Settings of the application; they override the trace's.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>End after so much time of the device; 0 for never.</summary>
    public double Seconds { get; init; }

    /// <summary>End after so many inferences; 0 for never.</summary>
    public long Inferences { get; init; }

    public int ArenaBytes { get; init; } = 192 * 1024;

    public int HeapBytes { get; init; } = 160 * 1024;

    public int SlotBytes { get; init; } = 512 * 1024;

    /// <summary>Hardware class, as manifests of updates name it.</summary>
    public string Hardware { get; init; } = BoardSettings.DefaultHardware;

    /// <summary>Keys whose manifests the device takes; without any it takes no update.</summary>
    public IReadOnlyList<TrustedKey> TrustedKeys { get; init; } = [];

    /// <summary>Least duration of erasing a sector and of a write.</summary>
    public int EraseMicroseconds { get; init; }

    public int ProgramMicroseconds { get; init; }

    /// <summary>All settings that the application gets.</summary>
    internal Dictionary<string, string> AllSettings()
    {
        Dictionary<string, string> all = new(Trace.Settings)
        {
            ["deviceId"] = Name,
            ["brokerHost"] = BrokerHost,
            ["brokerPort"] = BrokerPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["useTls"] = UseTls ? "true" : "false",
        };
        if (CaFile is not null)
        {
            // .NET's X509Certificate takes the name of a file where nanoFramework's takes the text.
            all["caCertificate"] = Path.GetFullPath(CaFile);
        }

        foreach ((string key, string value) in Settings)
        {
            all[key] = value;
        }

        return all;
    }
}
