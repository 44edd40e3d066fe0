namespace TinyNano.NanoPlatform;

/// <summary>A device on an I2C bus. A transfer with both parts is a write, a repeated start and a read.</summary>
public interface II2cTarget
{
    void Transfer(ReadOnlySpan<byte> write, Span<byte> read);
}

/// <summary>What hangs on the board's I2C buses.</summary>
public sealed class I2cBuses
{
    private readonly Dictionary<(int Bus, int Address), II2cTarget> _targets = [];
    private readonly Lock _lock = new();

    public void Attach(int bus, int address, II2cTarget target)
    {
        if (address is < 0x08 or > 0x77)
        {
            throw new ArgumentOutOfRangeException(nameof(address), address, "an I2C address is 0x08 .. 0x77");
        }

        lock (_lock)
        {
            if (!_targets.TryAdd((bus, address), target))
            {
                throw new ArgumentException($"address 0x{address:x2} of bus {bus} is taken", nameof(address));
            }
        }
    }

    internal II2cTarget? Find(int bus, int address)
    {
        lock (_lock)
        {
            return _targets.GetValueOrDefault((bus, address));
        }
    }
}
