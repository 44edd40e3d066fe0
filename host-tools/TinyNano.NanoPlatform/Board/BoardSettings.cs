namespace TinyNano.NanoPlatform;

/// <summary>What a board is made of.</summary>
public sealed record BoardSettings
{
    /// <summary>Hardware class of a board that is given none.</summary>
    public const string DefaultHardware = "virtual";

    /// <summary>Client id at the broker and name in reports.</summary>
    public string Name { get; init; } = "device";

    /// <summary>Folder that keeps flash and files over restarts.</summary>
    public required string StateFolder { get; init; }

    public IBoardClock Clock { get; init; } = new RealClock();

    /// <summary>RAM that the firmware sets aside for models.</summary>
    public int ArenaBytes { get; init; } = 192 * 1024;

    /// <summary>Managed heap: about that of an ESP32-S3 without PSRAM.</summary>
    public int HeapBytes { get; init; } = 160 * 1024;

    public int SectorBytes { get; init; } = 4096;

    /// <summary>Bytes of each of the two model slots; 0 for a board without slots.</summary>
    public int SlotBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes that the flash programs at once.</summary>
    public int ProgramUnit { get; init; } = 4;

    /// <summary>Least duration of erasing a sector; an ESP32's flash takes about 45,000.</summary>
    public int EraseMicroseconds { get; init; }

    /// <summary>Least duration of one write call.</summary>
    public int ProgramMicroseconds { get; init; }

    /// <summary>A flash that outlives the board; null: the file <see cref="FlashFile"/>. With it <see cref="SlotBytes"/> is not used.</summary>
    public NativeFlash? Flash { get; init; }

    /// <summary>Hardware class, as manifests name it: up to 24 bytes of UTF-8.</summary>
    public string Hardware { get; init; } = DefaultHardware;

    /// <summary>Keys whose manifests the firmware takes; without any it takes none.</summary>
    public IReadOnlyList<TrustedKey> TrustedKeys { get; init; } = [];

    /// <summary>The application's settings by name: broker, topics, sensor and so on.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Makes the application's engine (an IEngine of TinyNano.Inference); null: the native one.</summary>
    public Func<VirtualBoard, object>? CreateEngine { get; init; }

    /// <summary>Opens the application's model slots (an IModelSlots), given the storage root; null: the native ones.</summary>
    public Func<VirtualBoard, string, object>? OpenSlots { get; init; }

    /// <summary>The file of the flash.</summary>
    public string FlashFile => Path.Combine(StateFolder, "flash.bin");
}
