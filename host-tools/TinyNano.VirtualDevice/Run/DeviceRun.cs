using System.Diagnostics;
using TinyNano.Inference;
using TinyNano.NanoPlatform;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Storage;

namespace TinyNano.VirtualDevice.Run;

/// <summary>One virtual device from its first start to the end of its run, over reboots and deep sleeps.</summary>
public sealed class DeviceRun : IDisposable
{
    private const int DeepSleepCause = 4;
    private const int QuietPolls = 5;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(10);

    private readonly DeviceOptions _options;
    private readonly VirtualClock _clock;
    private readonly TraceBinding _trace;
    private readonly ManualResetEvent _ending = new(false);
    private readonly List<string> _faults = [];
    private readonly Totals _totals = new();
    private string _ended = "";
    private long _pinChanges;
    private int _starts;
    private VirtualBoard? _board;

    public DeviceRun(DeviceOptions options)
    {
        _options = options;
        _clock = VirtualClock.Create(options.Speed);
        _trace = new TraceBinding(options.Trace, _clock, () => End("trace ended"));
        if (options.Inferences > 0)
        {
            Meter.Inferred = count =>
            {
                if (count >= _options.Inferences)
                {
                    End("inferences");
                }
            };
        }

        if (options.Seconds > 0)
        {
            _clock.Schedule((long)(options.Seconds * 1e6), () => End("time"));
        }
    }

    /// <summary>A pin that the application drives has changed; on the application's thread.</summary>
    public event Action<PinChange>? PinChanged;

    public EngineMeter Meter { get; } = new();

    public CaptureMeter CaptureMeter => _trace.Meter;

    public double DeviceSeconds => _clock.Microseconds / 1e6;

    /// <summary>The board that runs now.</summary>
    public VirtualBoard? Board => Volatile.Read(ref _board);

    /// <summary>Runs to the end; SimulatorException or DeviceException where the device cannot start.</summary>
    public DeviceReport Run(CancellationToken cancel = default)
    {
        using CancellationTokenRegistration registration = cancel.Register(() => End("cancelled"));
        long start = Stopwatch.GetTimestamp();
        CheckSettings();
        StopReason reason;
        int cause = 0;
        do
        {
            using VirtualBoard board = MakeBoard(cause);
            if (_starts == 0 && _options.Model is not null)
            {
                board.Run(() => Install(_options.Model));
            }

            reason = RunOnce(board);
            _totals.Add(board.Mqtt);
            cause = 0;
            if (reason == StopReason.DeepSleep)
            {
                cause = DeepSleepCause;
                _clock.Skip(board.WakeupMicroseconds);
                if (board.WakeupMicroseconds <= 0)
                {
                    End("asleep for ever");
                }
            }
        }
        while (reason is (StopReason.Reboot or StopReason.DeepSleep) && !_ending.WaitOne(0));
        return Report(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Ends the run in good order.</summary>
    public void End(string why)
    {
        lock (_totals)
        {
            if (_ended.Length == 0)
            {
                _ended = why;
            }
        }

        _clock.Freeze();
        _ending.Set();
    }

    public void Dispose() => _ending.Dispose();

    private void CheckSettings()
    {
        try
        {
            App.Board.ReadSettings(_options.AllSettings(), _options.StateFolder);
        }
        catch (ArgumentException e) when (_options.App == AppLoader.BuiltIn)
        {
            throw new SimulatorException($"the application does not know these settings, or not their values: {e.Message}; see docs/DEVICE.md for the list");
        }
        catch (ArgumentException)
        {
            // Another application has settings of its own.
        }
    }

    private VirtualBoard MakeBoard(int wakeupCause)
    {
        Directory.CreateDirectory(_options.StateFolder);
        VirtualBoard board = new(new BoardSettings
        {
            Name = _options.Name,
            StateFolder = _options.StateFolder,
            Clock = _clock,
            ArenaBytes = _options.ArenaBytes,
            HeapBytes = _options.HeapBytes,
            SlotBytes = _options.Engine == EngineChoice.Native ? _options.SlotBytes : 0,
            EraseMicroseconds = _options.EraseMicroseconds,
            ProgramMicroseconds = _options.ProgramMicroseconds,
            Hardware = _options.Hardware,
            TrustedKeys = _options.TrustedKeys,
            Values = _options.AllSettings(),
            CreateEngine = _ => MeteredEngine.Create(_options.Engine, Meter),

            // Slots of the board's own are those that updates go to.
            OpenSlots = _options.Engine == EngineChoice.Native ? null : (_, root) => _options.Engine.OpenSlots(root, _options.SlotBytes),
        })
        {
            WakeupCause = wakeupCause,
        };
        board.ThreadFaulted += e =>
        {
            lock (_faults)
            {
                _faults.Add($"{e.GetType().Name}: {e.Message}");
            }
        };
        board.Pins.OutputChanged += (pin, high) =>
        {
            Interlocked.Increment(ref _pinChanges);
            PinChanged?.Invoke(new PinChange(_clock.Microseconds, pin, high));
        };
        _trace.Attach(board);
        Volatile.Write(ref _board, board);
        return board;
    }

    private void Install(byte[] model)
    {
        try
        {
            IModelSlots slots = _options.Engine.OpenSlots(_options.StateFolder + Path.DirectorySeparatorChar, _options.SlotBytes);
            if (!ModelInstaller.IsActive(slots, model))
            {
                ModelInstaller.Install(slots, model);
            }
        }
        catch (InferenceException e)
        {
            throw ModelInstaller.Refused(e);
        }
    }

    private StopReason RunOnce(VirtualBoard board)
    {
        _starts++;
        using ManualResetEventSlim returned = new();
        Exception? fault = null;
        Thread main = new(() =>
        {
            try
            {
                board.Run(_options.App);
            }
            catch (Exception e) when (e is BoardStoppedException or ThreadInterruptedException)
            {
                // Stopped.
            }
            catch (Exception e)
            {
                fault = e;
            }

            returned.Set();
        })
        {
            IsBackground = true,
            Name = $"main of {_options.Name}",
        };
        _clock.Attach(board, main);
        _trace.Start();
        main.Start();
        WaitHandle.WaitAny([returned.WaitHandle, board.Stopped, _ending]);
        if (_ending.WaitOne(0) && board.StopReason == StopReason.None && !returned.IsSet)
        {
            Drain(board);
            board.ShouldStop = true;
            _clock.Finish();
            returned.Wait(GoodbyeLimit);
        }

        StopReason reason = board.StopReason;
        board.Stop(StopReason.Asked);
        returned.Wait(TimeSpan.FromSeconds(1));
        if (fault is not null)
        {
            throw new SimulatorException($"the application ended with an exception: {fault}");
        }

        if (reason is StopReason.None)
        {
            End("application returned");
        }

        return reason;
    }

    // What has been captured is computed and sent before the device stops.
    private static void Drain(VirtualBoard board)
    {
        long start = Stopwatch.GetTimestamp();
        for (int quiet = 0; quiet < QuietPolls && Stopwatch.GetElapsedTime(start) < DrainLimit;)
        {
            Thread.Sleep(Poll);
            quiet = board.Mqtt.IsQuiet && board.Threads.OthersAreBlocked() && board.Mqtt.IsQuiet ? quiet + 1 : 0;
        }
    }

    private DeviceReport Report(double wallSeconds)
    {
        lock (_faults)
        {
            return new DeviceReport(
                _options.Name, _options.Engine.ToString().ToLowerInvariant(), _ended, _starts, Meter.Count, DeviceSeconds, wallSeconds, Meter.BusyMicroseconds / 1e6,
                Meter.Latency(0.5), Meter.Latency(0.99), Meter.Measured, Meter.AllocatedBytes, CaptureMeter.AllocatedBytes, Board!.Heap.KeptBytes, Interlocked.Read(ref _pinChanges),
                _totals.Published, _totals.Lost, _totals.Received, _totals.Connections, _totals.Refused, Board.Mqtt.LastRefusal, [.. _faults]);
        }
    }

    private sealed class Totals
    {
        public long Published { get; private set; }

        public long Lost { get; private set; }

        public long Received { get; private set; }

        public long Connections { get; private set; }

        public long Refused { get; private set; }

        public void Add(MqttTraffic traffic)
        {
            Published += traffic.Published;
            Lost += traffic.Lost;
            Received += traffic.Received;
            Connections += traffic.Connections;
            Refused += traffic.Refusals;
        }
    }
}
