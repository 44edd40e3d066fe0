using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Messaging;
using TinyNano.NanoPlatform;
using TinyNano.Ota;
using TinyNano.VirtualDevice.Storage;

namespace TinyNano.VirtualDevice.Updates;

/// <summary>
/// A device reduced to its model slots and what updates them: one tn_device_t and its flash, no application, no sensor, no thread, no
/// connection. A process holds thousands. What it does it does on the caller's thread; one thread at a time.
/// </summary>
public sealed class UpdateDevice : IDisposable
{
    private readonly UpdateDeviceOptions _options;
    private readonly NativeFlash _flash;
    private VirtualBoard _board;
    private LightHost? _host;
    private LightBus? _bus;

    /// <summary>SimulatorException where the flash has no legal shape, or its file belongs to one of another shape.</summary>
    public UpdateDevice(UpdateDeviceOptions options)
    {
        _options = options;
        BoardSettings settings = Settings(null);
        _flash = options.StateFolder is null ? NativeFlash.InMemory(options.SlotBytes, options.SectorBytes, options.ProgramUnit) : NativeFlash.OpenFile(settings);
        _board = new VirtualBoard(Settings(_flash));
    }

    public string Name => _options.Name;

    /// <summary>The flash, to count what is written and to cut the power.</summary>
    public NativeFlash Flash => _flash;

    /// <summary>tn_device_update_*. Another object after each restart.</summary>
    public NativeUpdates Updates => _board.Native.Updates;

    /// <summary>The device's own updater once it is attached to a bus; null before, and after a restart until it is attached again.</summary>
    public ModelUpdater? Updater { get; private set; }

    /// <summary>Starts of the device; 1 for one that was never restarted.</summary>
    public int Starts { get; private set; } = 1;

    /// <summary>The slot of the active model; -1 where there is none.</summary>
    public int ActiveSlot
    {
        get
        {
            int active = -1;
            Run(() => active = new NativeSlots().Active);
            return active;
        }
    }

    /// <summary>Runs code that uses the device libraries (NativeEngine, NativeSlots, externs) on this device.</summary>
    public void Run(Action code) => _board.Run(code);

    /// <summary>
    /// Confirms a model as it comes from a factory; DeviceException where the device refuses it, SimulatorException where it does not fit.
    /// </summary>
    public void Install(byte[] model) => Run(() => ModelInstaller.Install(new NativeSlots(), model));

    /// <summary>The blob that is active; empty where there is none.</summary>
    public byte[] ReadActive()
    {
        byte[] blob = [];
        Run(() =>
        {
            NativeSlots slots = new();
            blob = slots.Active < 0 ? [] : ModelInstaller.ReadActive(slots);
        });
        return blob;
    }

    /// <summary>
    /// Opens the active model, runs its golden vectors and closes it. False where there is none, or where they do not come out.
    /// </summary>
    public bool ProveActive()
    {
        bool proved = false;
        Run(() =>
        {
            NativeSlots slots = new();
            if (slots.Active >= 0)
            {
                using Model model = Model.OpenActive(new NativeEngine(), slots);
                proved = model.Prove();
            }
        });
        return proved;
    }

    /// <summary>
    /// Lets the updater of TinyNano.Ota work over a bus, which stays the caller's and may serve many devices. Messages are only taken in
    /// when they come; everything happens in <see cref="Tick"/>.
    /// </summary>
    public ModelUpdater Attach(IMessageBus bus, Topics topics, UpdateOptions options)
    {
        Run(() =>
        {
            _host?.Dispose();
            Detach();
            _bus = new LightBus(bus);
            _host = new LightHost((uint)options.Seed);
            Updater = new ModelUpdater(new NativeUpdateProvider(), _bus, topics, options, _host);
        });
        return Updater!;
    }

    /// <summary>
    /// Does what there is to do, on this thread: at most one inference, and what the updater does in a tick. Not while another thread ticks
    /// this device.
    /// </summary>
    /// <param name="microseconds">Of any clock that does not go back; also over restarts.</param>
    public void Tick(long microseconds)
    {
        ModelUpdater updater = Updater ?? throw new InvalidOperationException($"{Name} is not attached to a bus");
        Run(() =>
        {
            _host!.Infer(updater.State, microseconds);
            updater.Tick(microseconds);
        });
    }

    /// <summary>
    /// The device loses its RAM and starts again with what its flash holds; power that was cut is back. Whoever boots calls
    /// <see cref="NativeUpdates.Boot"/> or attaches a bus again and ticks.
    /// </summary>
    public void Restart()
    {
        Detach();
        _board.Dispose();
        if (_options.StateFolder is null)
        {
            _flash.CutPowerAfter(0);
        }

        _board = new VirtualBoard(Settings(_flash));
        Starts++;
    }

    public void Dispose()
    {
        Detach();
        _board.Dispose();
        _flash.Dispose();
    }

    // What the host has open goes with the device's RAM.
    private void Detach()
    {
        _bus?.Dispose();
        _bus = null;
        _host = null;
        Updater = null;
    }

    private BoardSettings Settings(NativeFlash? flash) => new()
    {
        Name = _options.Name,
        StateFolder = _options.StateFolder ?? Path.GetTempPath(),
        SlotBytes = _options.SlotBytes,
        SectorBytes = _options.SectorBytes,
        ProgramUnit = _options.ProgramUnit,
        ArenaBytes = _options.ArenaBytes,
        Hardware = _options.Hardware,
        TrustedKeys = _options.TrustedKeys,
        Flash = flash,
    };
}
