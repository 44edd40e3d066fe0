using TinyNano.NanoPlatform;

namespace System.Device.I2c;

public enum I2cBusSpeed
{
    StandardMode,
    FastMode,
    FastModePlus,
}

public enum I2cTransferStatus
{
    UnknownError,
    FullTransfer,
    ClockStretchTimeout,
    PartialTransfer,
    SlaveAddressNotAcknowledged,
}

public struct I2cTransferResult
{
    internal I2cTransferResult(uint bytesTransferred, I2cTransferStatus status)
    {
        BytesTransferred = bytesTransferred;
        Status = status;
    }

    public uint BytesTransferred { get; }

    public I2cTransferStatus Status { get; }
}

public sealed class I2cConnectionSettings
{
    public I2cConnectionSettings(int busId, int deviceAddress)
        : this(busId, deviceAddress, I2cBusSpeed.FastMode)
    {
    }

    public I2cConnectionSettings(int busId, int deviceAddress, I2cBusSpeed busSpeed)
    {
        BusId = busId;
        DeviceAddress = deviceAddress;
        BusSpeed = busSpeed;
    }

    public int BusId { get; }

    public int DeviceAddress { get; }

    public I2cBusSpeed BusSpeed { get; }
}

/// <summary>The master's side of a device on one of the current board's buses.</summary>
public class I2cDevice : IDisposable
{
    private readonly VirtualBoard _board = VirtualBoard.Current;
    private readonly byte[] _one = new byte[1];

    public I2cDevice(I2cConnectionSettings settings) => ConnectionSettings = settings;

    public I2cConnectionSettings ConnectionSettings { get; }

    public static I2cDevice Create(I2cConnectionSettings settings) => new(settings);

    public byte ReadByte()
    {
        Read(_one);
        return _one[0];
    }

    public I2cTransferResult Read(SpanByte buffer) => WriteRead(default, buffer);

    public I2cTransferResult WriteByte(byte value)
    {
        _one[0] = value;
        return Write(_one);
    }

    public I2cTransferResult Write(SpanByte buffer) => WriteRead(buffer, default);

    public I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer)
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        if (_board.I2c.Find(ConnectionSettings.BusId, ConnectionSettings.DeviceAddress) is not II2cTarget target)
        {
            return new I2cTransferResult(0, I2cTransferStatus.SlaveAddressNotAcknowledged);
        }

        target.Transfer(writeBuffer.AsSpan(), readBuffer.AsSpan());
        return new I2cTransferResult((uint)(writeBuffer.Length + readBuffer.Length), I2cTransferStatus.FullTransfer);
    }

    public void Dispose()
    {
    }
}
