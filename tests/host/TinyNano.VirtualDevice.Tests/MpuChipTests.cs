using System.Device.I2c;
using TinyNano.NanoPlatform;
using TinyNano.Sensors;
using TinyNano.VirtualDevice.Chips;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The accelerometer's registers, as a driver sees them over I2C.</summary>
public sealed class MpuChipTests : IDisposable
{
    private readonly VirtualClock _clock = VirtualClock.Create(ClockSpeed.Max);
    private readonly VirtualBoard _board;
    private readonly byte[] _recorded;

    public MpuChipTests()
    {
        short[] samples = [.. Enumerable.Range(0, 600).Select(i => (short)(i * 13 - 3000))];
        _recorded = new byte[samples.Length * 2];
        Buffer.BlockCopy(samples, 0, _recorded, 0, _recorded.Length);
        _board = new VirtualBoard(new BoardSettings { StateFolder = ".", Clock = _clock });
        _clock.Attach(_board, Thread.CurrentThread);
    }

    public void Dispose() => _board.Dispose();

    [Theory]
    [InlineData("mpu6050", 0x68)]
    [InlineData("mpu6886", 0x19)]
    public void WhoAmI_TellsTheChip(string kind, int expected) => With(kind, 8192, chip => Assert.Equal(expected, Read(chip, 0x75, 1)[0]));

    [Fact]
    public void Driver_ReadsEveryRecordedFrameOnce() => With("mpu6050", 8192, chip =>
    {
        Mpu6050Source source = new(new I2cRegisters(chip), true, 4, 1000, 50);
        SampleRing ring = new(100, 6);
        PacedCapture capture = new(source, ring, new Time(_clock), 50);
        short[] frame = new short[6];
        for (int i = 0; i < 100; i++)
        {
            capture.Step();
            Assert.Equal(1, ring.Read(frame, 0, 1));
            for (int c = 0; c < 6; c++)
            {
                Assert.Equal(BitConverter.ToInt16(_recorded, (i * 6 + c) * 2), frame[c]);
            }
        }

        Assert.Equal(0, capture.Lost + capture.Late);
    });

    [Theory]
    [InlineData(0, 2.0)]
    [InlineData(1, 1.0)]
    [InlineData(2, 0.5)]
    [InlineData(3, 0.25)]
    public void Range_ConvertsCounts(int range, double factor) => With("mpu6050", 8192, chip =>
    {
        chip.Write(new byte[] { 0x6B, 1 });
        chip.Write(new byte[] { 0x1C, (byte)(range << 3) });
        byte[] bytes = Read(chip, 0x3B, 2);
        Assert.Equal((short)Math.Round(-3000 * factor), (short)(bytes[0] << 8 | bytes[1]));
    });

    [Fact]
    public void Asleep_ShowsNothing_AndResetSleeps() => With("mpu6050", 8192, chip =>
    {
        Assert.Equal([0, 0], Read(chip, 0x3B, 2));
        chip.Write(new byte[] { 0x6B, 1 });
        Assert.NotEqual([0, 0], Read(chip, 0x3B, 2));
        chip.Write(new byte[] { 0x6B, 0x80 });
        Assert.Equal(0x40, Read(chip, 0x6B, 1)[0]);
        Assert.Equal([0, 0], Read(chip, 0x3B, 2));
    });

    [Fact]
    public void Fifo_FillsAtTheChipsRate_AndOverflowsTheOldest() => With("mpu6050", 8192, chip =>
    {
        chip.Write(new byte[] { 0x6B, 1 });
        chip.Write(new byte[] { 0x1C, 8 });
        chip.Write(new byte[] { 0x1A, 3 });
        chip.Write(new byte[] { 0x19, 19 });
        chip.Write(new byte[] { 0x23, 8 });
        chip.Write(new byte[] { 0x6A, 0x40 });
        _clock.SleepUntil(_clock.Microseconds + 100_000);
        Assert.Equal([0, 30], Read(chip, 0x72, 2));
        byte[] fifo = Read(chip, 0x74, 30);
        for (int i = 0; i < 15; i++)
        {
            // Frame 0 was there when the FIFO began.
            Assert.Equal(BitConverter.ToInt16(_recorded, ((i / 3 + 1) * 6 + i % 3) * 2), (short)(fifo[2 * i] << 8 | fifo[2 * i + 1]));
        }

        _clock.SleepUntil(_clock.Microseconds + 20_000 * 171);
        Assert.Equal(0x10, Read(chip, 0x3A, 1)[0] & 0x10);
        Assert.Equal([4, 0], Read(chip, 0x72, 2));
    });

    [Fact]
    public void NobodyThere_IsNotAcknowledged() => _board.Run(() =>
        Assert.Equal(I2cTransferStatus.SlaveAddressNotAcknowledged, new I2cDevice(new I2cConnectionSettings(1, 0x69)).Write(new byte[] { 0 }).Status));

    private static byte[] Read(I2cDevice chip, byte register, int count)
    {
        byte[] bytes = new byte[count];
        Assert.Equal(I2cTransferStatus.FullTransfer, chip.WriteRead(new[] { register }, bytes).Status);
        return bytes;
    }

    private void With(string kind, double scale, Action<I2cDevice> test) => _board.Run(() =>
    {
        Recording recording = new(_recorded, 12, 50, 0, 0, TraceEnd.Loop, "test");
        _board.I2c.Attach(1, 0x68, new MpuChip(MpuKind.All.First(k => k.Name == kind), new TracePlayer(recording, _clock, () => { }), scale, 32.768));
        test(new I2cDevice(new I2cConnectionSettings(1, 0x68)));
    });

    private sealed class Time : IClock
    {
        private readonly VirtualClock _clock;

        public Time(VirtualClock clock) => _clock = clock;

        public long Microseconds => _clock.Microseconds;

        public void SleepUntil(long microseconds) => _clock.SleepUntil(microseconds);
    }
}
