using System.Buffers.Binary;
using TinyNano.NanoPlatform;
using TinyNano.Sensors;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Chips;

/// <summary>The imager of <see cref="ImagerRegisters"/>, fed from recorded frames.</summary>
public sealed class ImagerChip : II2cTarget
{
    /// <summary>The last frame is ready one period after it began, and is fetched a while later.</summary>
    public const int SlackFrames = 2;

    private readonly TracePlayer _player;
    private readonly byte[] _frame;
    private readonly byte[] _scratch;
    private readonly FrameCorruption? _corruption;
    private int _register;
    private bool _running;
    private bool _overrun;
    private long _held = -1;
    private long _next;
    private int _block;

    /// <param name="player">Plays the frames.</param>
    /// <param name="corruption">What is wrong with the camera; null: nothing.</param>
    public ImagerChip(TracePlayer player, FrameCorruption? corruption = null)
    {
        _player = player;
        _corruption = corruption;
        _scratch = new byte[corruption is null ? 0 : player.Recording.FrameBytes];
        _frame = new byte[player.Recording.FrameBytes];
    }

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (!write.IsEmpty)
        {
            _register = write[0];
            if (write.Length > 1 && _register == ImagerRegisters.Control)
            {
                Control(write[1]);
            }
            else if (write.Length > 1 && _register == ImagerRegisters.Block)
            {
                _block = write[1];
            }
        }

        if (_register == ImagerRegisters.Data)
        {
            // Always from the block's first byte, so that a transfer can be repeated.
            int at = _block * ImagerRegisters.BlockBytes;
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = _held >= 0 && i < ImagerRegisters.BlockBytes && at + i < _frame.Length ? _frame[at + i] : (byte)0;
            }

            return;
        }

        for (int i = 0; i < read.Length; i++)
        {
            read[i] = Register(_register + i);
        }
    }

    private byte Register(int register) => register switch
    {
        ImagerRegisters.Id => ImagerRegisters.IdValue,
        ImagerRegisters.Status => Status(),
        ImagerRegisters.FrameBytes => (byte)_frame.Length,
        ImagerRegisters.FrameBytes + 1 => (byte)(_frame.Length >> 8),
        ImagerRegisters.FrameNumber => (byte)Math.Max(_held, 0),
        ImagerRegisters.FrameNumber + 1 => (byte)(Math.Max(_held, 0) >> 8),
        _ => 0,
    };

    private void Control(byte value)
    {
        _running = (value & ImagerRegisters.ControlRun) != 0;
        if ((value & ImagerRegisters.ControlRelease) != 0)
        {
            _held = -1;
        }

        if (_running)
        {
            // The first frame is exposed from here on.
            _ = _player.Now;
        }
    }

    private byte Status()
    {
        if (_running)
        {
            Take();
        }

        byte status = (byte)((_held >= 0 ? ImagerRegisters.StatusReady : 0) | (_overrun ? ImagerRegisters.StatusOverrun : 0)
            | (_held < 0 && _player.Recording.HasEnded(_next) ? ImagerRegisters.StatusEnd : 0));
        _overrun = false;
        return status;
    }

    // A frame is ready one period after it began. While one is held, later frames are lost.
    private void Take()
    {
        long newest = _player.Recording.IndexAt(_player.Now) - 1;
        if (_held >= 0)
        {
            _overrun |= newest > _held;
            return;
        }

        if (newest < _next)
        {
            return;
        }

        if (_player.Recording.HasEnded(newest))
        {
            // A frame that has been exposed and not overwritten is still there.
            newest = _player.Recording.Frames - 1;
            if (newest < _next)
            {
                return;
            }
        }

        _overrun |= newest > _next;
        _held = newest;
        _next = newest + 1;
        _player.Frame(newest).CopyTo(_frame);
        _corruption?.Apply(newest, _frame, _scratch);
    }
}
