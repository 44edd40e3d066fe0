using TinyNano.VirtualDevice.Clock;

namespace TinyNano.VirtualDevice.Traces;

/// <summary>
/// Plays a recording on the time of a board. It begins when it is first asked, and remembers that over restarts of the board.
/// </summary>
public sealed class TracePlayer
{
    private readonly VirtualClock _clock;
    private readonly Action _ended;
    private readonly int _slackFrames;
    private long _start = -1;

    /// <param name="ended">Heard when the recording has been played to its end, where that ends the run.</param>
    /// <param name="slackFrames">Frames' time that the end comes later, for a chip that delivers late.</param>
    public TracePlayer(Recording recording, VirtualClock clock, Action ended, int slackFrames = 0)
    {
        Recording = recording;
        _clock = clock;
        _ended = ended;
        _slackFrames = slackFrames;
    }

    public Recording Recording { get; }

    public bool HasStarted => _start >= 0;

    /// <summary>Microseconds since the recording began.</summary>
    public long Now
    {
        get
        {
            if (_start < 0)
            {
                _start = _clock.Microseconds;
                if (Recording.End == TraceEnd.Stop)
                {
                    _clock.Schedule(_start + Recording.Microseconds + (long)(_slackFrames * 1e6 / Recording.Rate), _ended);
                }
            }

            return _clock.Microseconds - _start;
        }
    }

    /// <summary>The frame of a time since the beginning; beyond the end of a recording that stops, its last one.</summary>
    public ReadOnlySpan<byte> Frame(long index) => Recording.Frame(index);
}
