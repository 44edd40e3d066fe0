using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Chips;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Run;

/// <summary>A trace's chips, channels and edges on the boards of one device, one board after the other.</summary>
internal sealed class TraceBinding
{
    private readonly TraceFile _trace;
    private readonly VirtualClock _clock;
    private readonly List<(TracedChip Chip, TracePlayer Player)> _chips;
    private readonly List<(TracedChannel Channel, TracePlayer Player)> _channels;
    private VirtualBoard? _board;
    private bool _started;

    /// <summary>What the thread that reads the sensors allocates.</summary>
    public CaptureMeter Meter { get; } = new();

    public TraceBinding(TraceFile trace, VirtualClock clock, Action ended)
    {
        _trace = trace;
        _clock = clock;
        _chips = [.. trace.Chips.Select(c => (c, new TracePlayer(c.Recording, clock, ended, c.Chip == TraceFile.Imager ? ImagerChip.SlackFrames : 0)))];
        _channels = [.. trace.Channels.Select(c => (c, new TracePlayer(c.Recording, clock, ended)))];
    }

    /// <summary>Gives a board its chips, as after power-on; their recordings go on where they are.</summary>
    public void Attach(VirtualBoard board)
    {
        _board = board;
        foreach ((TracedChip chip, TracePlayer player) in _chips)
        {
            II2cTarget target = chip.Chip == TraceFile.Imager
                ? new ImagerChip(player, chip.Corruption)
                : new MpuChip(MpuKind.All.First(k => k.Name == chip.Chip), player, chip.AccelLsbPerG, chip.GyroLsbPerDegree);
            board.I2c.Attach(chip.Bus, chip.Address, Meter.Watch(target));
        }

        foreach ((TracedChannel channel, TracePlayer player) in _channels)
        {
            board.Adc.Attach(channel.Channel, Meter.Watch(new AdcPlayer(player, channel.IsSigned, channel.Offset)));
        }
    }

    /// <summary>The levels of pins come at their times from now on.</summary>
    public void Start()
    {
        if (_started)
        {
            return;
        }

        _started = true;
        foreach (TracedEdge edge in _trace.Edges)
        {
            _clock.Schedule(edge.Microseconds, () => _board!.Pins.Drive(edge.Pin, edge.High));
        }
    }
}
