using TinyNano.NanoPlatform;
using TinyNano.Sensors;
using TinyNano.VirtualDevice.Chips;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The imager's registers, as docs/IMAGER.md describes them.</summary>
public sealed class ImagerChipTests : IDisposable
{
    private const int FrameBytes = 100;
    private const int Frames = 3;
    private readonly VirtualClock _clock = VirtualClock.Create(ClockSpeed.Max);
    private readonly VirtualBoard _board;
    private readonly byte[] _recorded = [.. Enumerable.Range(0, FrameBytes * Frames).Select(i => (byte)(i * 7 + 1))];

    public ImagerChipTests()
    {
        _board = new VirtualBoard(new BoardSettings { StateFolder = ".", Clock = _clock });
        _clock.Attach(_board, Thread.CurrentThread);
    }

    public void Dispose() => _board.Dispose();

    /// <summary>A transfer that failed can be repeated: reading does not use the data up.</summary>
    [Fact]
    public void Data_IsAlwaysThatOfTheNamedBlock() => With(chip =>
    {
        Assert.Equal(ImagerRegisters.StatusReady, Read(chip, ImagerRegisters.Status, 1)[0]);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Write(chip, ImagerRegisters.Block, 1);
            Assert.Equal([.. _recorded[64..100], .. new byte[28]], Read(chip, ImagerRegisters.Data, 64));
            Assert.Equal(_recorded[64..68], Read(chip, ImagerRegisters.Data, 4));
            Write(chip, ImagerRegisters.Block, 0);
            Assert.Equal(_recorded[..64], Read(chip, ImagerRegisters.Data, 64));
        }

        Write(chip, ImagerRegisters.Block, 2);
        Assert.Equal(new byte[8], Read(chip, ImagerRegisters.Data, 8));
    });

    [Fact]
    public void Frames_FollowWhenReleased_AndThenEnd() => With(chip =>
    {
        List<int> status = [];
        for (int i = 0; i < Frames; i++)
        {
            status.Add(Read(chip, ImagerRegisters.Status, 1)[0]);
            Assert.Equal(i, Read(chip, ImagerRegisters.FrameNumber, 2)[0]);
            Write(chip, ImagerRegisters.Control, ImagerRegisters.ControlRun | ImagerRegisters.ControlRelease);
            _clock.SleepUntil(_clock.Microseconds + 100_000);
        }

        Assert.All(status, s => Assert.Equal(ImagerRegisters.StatusReady, s));
        Assert.Equal(ImagerRegisters.StatusEnd, Read(chip, ImagerRegisters.Status, 1)[0]);
    });

    private void With(Action<ImagerChip> test) => _board.Run(() =>
    {
        Recording recording = new(_recorded, FrameBytes, 10, 0, Frames, TraceEnd.Stop, "frames");
        ImagerChip chip = new(new TracePlayer(recording, _clock, () => { }, ImagerChip.SlackFrames));
        Write(chip, ImagerRegisters.Control, ImagerRegisters.ControlRun);
        _clock.SleepUntil(_clock.Microseconds + 100_001);
        test(chip);
    });

    private static void Write(ImagerChip chip, int register, int value) => chip.Transfer([(byte)register, (byte)value], []);

    private static byte[] Read(ImagerChip chip, int register, int count)
    {
        byte[] bytes = new byte[count];
        chip.Transfer([(byte)register], bytes);
        return bytes;
    }
}
