using System.Buffers.Binary;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Chips;

/// <summary>
/// Accelerometer and gyroscope MPU-6050 or MPU-6886 at register level, fed from recorded counts: acceleration x, y, z and rotation
/// x, y, z in int16, or the acceleration alone. Counts are converted to the range that the driver has set. Rates, ranges, sleep,
/// reset, data-ready and the FIFO are there; self-test, motion detection, offsets and the auxiliary bus are not.
/// </summary>
public sealed class MpuChip : II2cTarget
{
    public const int FifoBytes = 1024;

    private const int SampleRateDivider = 0x19;
    private const int Config = 0x1A;
    private const int GyroConfig = 0x1B;
    private const int AccelConfig = 0x1C;
    private const int FifoEnable = 0x23;
    private const int InterruptStatus = 0x3A;
    private const int AccelXHigh = 0x3B;
    private const int TemperatureHigh = 0x41;
    private const int GyroXHigh = 0x43;
    private const int GyroZLow = 0x48;
    private const int UserControl = 0x6A;
    private const int PowerManagement1 = 0x6B;
    private const int FifoCountHigh = 0x72;
    private const int FifoData = 0x74;
    private const int WhoAmI = 0x75;

    private const byte DeviceReset = 0x80;
    private const byte Sleep = 0x40;
    private const byte FifoOn = 0x40;
    private const byte FifoReset = 0x04;
    private const byte FifoOverflow = 0x10;
    private const byte DataReady = 0x01;

    // Reads as 25 degrees Celsius by the MPU-6050's formula.
    private const short Temperature = -3920;

    private readonly MpuKind _kind;
    private readonly TracePlayer _player;
    private readonly double _accelLsbPerG;
    private readonly double _gyroLsbPerDegree;
    private readonly int _columns;
    private readonly byte[] _registers = new byte[0x80];
    private readonly Queue<byte> _fifo = new(FifoBytes);
    private int _pointer;
    private long _fifoSample;
    private bool _overflow;
    private long _readySample = -1;

    public MpuChip(MpuKind kind, TracePlayer player, double accelLsbPerG, double gyroLsbPerDegree)
    {
        _kind = kind;
        _player = player;
        _accelLsbPerG = accelLsbPerG;
        _gyroLsbPerDegree = gyroLsbPerDegree;
        _columns = player.Recording.FrameBytes / sizeof(short);
        Reset();
    }

    private bool IsAsleep => (_registers[PowerManagement1] & Sleep) != 0;

    // With a low-pass the chip samples at 1 kHz inside, without one at 8 kHz.
    private long PeriodMicroseconds => (_registers[SampleRateDivider] + 1L) * ((_registers[Config] & 7) is 0 or 7 ? 125 : 1000);

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (!write.IsEmpty)
        {
            _pointer = write[0] & 0x7F;
            foreach (byte value in write[1..])
            {
                Write(_pointer, value);
                Advance();
            }
        }

        if (read.IsEmpty)
        {
            return;
        }

        if (!IsAsleep)
        {
            FillFifo();

            // A burst shows one instant, as the chip's shadow registers do.
            if (_pointer <= GyroZLow && _pointer + read.Length > AccelXHigh)
            {
                Latch();
            }
        }

        for (int i = 0; i < read.Length; i++)
        {
            read[i] = Read(_pointer);
            Advance();
        }
    }

    // The FIFO's data register stays where it is, so that a burst empties it.
    private void Advance() => _pointer = _pointer == FifoData ? FifoData : (_pointer + 1) & 0x7F;

    private void Write(int register, byte value)
    {
        switch (register)
        {
            case PowerManagement1 when (value & DeviceReset) != 0:
                Reset();
                break;
            case UserControl:
                if ((value & FifoReset) != 0)
                {
                    ClearFifo();
                }

                if ((value & FifoOn) != 0 && (_registers[UserControl] & FifoOn) == 0)
                {
                    ClearFifo();
                }

                _registers[UserControl] = (byte)(value & ~FifoReset);
                break;
            case SampleRateDivider or Config or FifoEnable:
                if (!IsAsleep)
                {
                    FillFifo();
                }

                _registers[register] = value;
                _fifoSample = NewestSample();
                break;
            case (>= AccelXHigh and <= GyroZLow) or InterruptStatus or FifoCountHigh or FifoCountHigh + 1 or WhoAmI:
                break;
            default:
                _registers[register] = value;
                break;
        }
    }

    private byte Read(int register)
    {
        switch (register)
        {
            case InterruptStatus:
                long newest = IsAsleep ? _readySample : NewestSample();
                byte status = (byte)((_overflow ? FifoOverflow : 0) | (newest > _readySample ? DataReady : 0));
                _overflow = false;
                _readySample = newest;
                return status;
            case FifoCountHigh:
                return (byte)(_fifo.Count >> 8);
            case FifoCountHigh + 1:
                return (byte)_fifo.Count;
            case FifoData:
                return _fifo.TryDequeue(out byte value) ? value : (byte)0xFF;
            default:
                return _registers[register];
        }
    }

    private void Reset()
    {
        Array.Clear(_registers);
        _registers[PowerManagement1] = _kind.PowerManagement;
        _registers[WhoAmI] = _kind.WhoAmI;
        ClearFifo();
    }

    private void ClearFifo()
    {
        _fifo.Clear();
        _overflow = false;
        if (_player.HasStarted || (_registers[FifoEnable] != 0 && !IsAsleep))
        {
            _fifoSample = NewestSample();
        }
    }

    // Number of the newest sample since the recording began; sample 0 is its first frame.
    private long NewestSample() => (_player.Now + 1) / PeriodMicroseconds;

    private long FrameOf(long sample) => _player.Recording.IndexAt(sample * PeriodMicroseconds);

    private void Latch() => Store(_player.Frame(FrameOf(NewestSample())), _registers.AsSpan(AccelXHigh, GyroZLow + 1 - AccelXHigh));

    private void FillFifo()
    {
        byte enabled = _registers[FifoEnable];
        if ((_registers[UserControl] & FifoOn) == 0 || enabled == 0)
        {
            return;
        }

        Span<byte> values = stackalloc byte[GyroZLow + 1 - AccelXHigh];
        for (long newest = NewestSample(); _fifoSample < newest;)
        {
            if (_player.Recording.HasEnded(FrameOf(_fifoSample + 1)))
            {
                return;
            }

            _fifoSample++;
            Store(_player.Frame(FrameOf(_fifoSample)), values);
            Push(enabled, values);
        }
    }

    private void Push(byte enabled, ReadOnlySpan<byte> values)
    {
        const int Gyro = GyroXHigh - AccelXHigh;
        const int Temp = TemperatureHigh - AccelXHigh;
        bool accel = (enabled & 0x08) != 0;
        bool together = _kind.IsSixAxisFifo;
        Put(accel, values[..6]);
        Put(together ? (enabled & 0x18) != 0 : (enabled & 0x80) != 0, values.Slice(Temp, 2));
        for (int axis = 0; axis < 3; axis++)
        {
            Put(together ? (enabled & 0x10) != 0 : (enabled & (0x40 >> axis)) != 0, values.Slice(Gyro + 2 * axis, 2));
        }
    }

    private void Put(bool enabled, ReadOnlySpan<byte> bytes)
    {
        if (!enabled)
        {
            return;
        }

        foreach (byte value in bytes)
        {
            if (_fifo.Count == FifoBytes)
            {
                _fifo.Dequeue();
                _overflow = true;
            }

            _fifo.Enqueue(value);
        }
    }

    // Fourteen register bytes: acceleration, temperature, rotation; big-endian.
    private void Store(ReadOnlySpan<byte> frame, Span<byte> values)
    {
        double accel = (16384 >> ((_registers[AccelConfig] >> 3) & 3)) / _accelLsbPerG;
        double gyro = 131.072 / (1 << ((_registers[GyroConfig] >> 3) & 3)) / _gyroLsbPerDegree;
        for (int axis = 0; axis < 3; axis++)
        {
            Store(values[(2 * axis)..], frame[(2 * axis)..], accel);
            if (_columns == 6)
            {
                Store(values[(8 + 2 * axis)..], frame[(6 + 2 * axis)..], gyro);
            }
        }

        BinaryPrimitives.WriteInt16BigEndian(values[6..], Temperature);
    }

    private static void Store(Span<byte> register, ReadOnlySpan<byte> recorded, double factor)
    {
        double value = BinaryPrimitives.ReadInt16LittleEndian(recorded) * factor;
        BinaryPrimitives.WriteInt16BigEndian(register, (short)Math.Clamp(Math.Round(value), short.MinValue, short.MaxValue));
    }
}
