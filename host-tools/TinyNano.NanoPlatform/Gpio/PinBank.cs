namespace TinyNano.NanoPlatform;

/// <summary>A pin changed its level.</summary>
public readonly record struct PinChange(long Microseconds, int Pin, bool High);

/// <summary>The pins of a board, as the world outside sees them.</summary>
public sealed class PinBank
{
    /// <summary>As many as an ESP32-S3 has.</summary>
    public const int Count = 49;

    private readonly bool[] _levels = new bool[Count];
    private readonly int[] _modes = new int[Count];
    private readonly bool[] _open = new bool[Count];
    private readonly Lock _lock = new();

    /// <summary>A pin that the application drives has changed.</summary>
    public event Action<int, bool>? OutputChanged;

    /// <summary>A level from outside has changed; on the thread that changed it.</summary>
    internal event Action<int, bool>? InputChanged;

    public bool IsHigh(int pin) => Volatile.Read(ref _levels[Check(pin)]);

    /// <summary>Sets a level from outside, as a button or a sensor's interrupt line does.</summary>
    public void Drive(int pin, bool high)
    {
        if (Set(pin, high))
        {
            InputChanged?.Invoke(pin, high);
        }
    }

    internal void Write(int pin, bool high)
    {
        if (Set(pin, high))
        {
            OutputChanged?.Invoke(pin, high);
        }
    }

    internal bool IsOpen(int pin) => pin is >= 0 and < Count && _open[pin];

    internal void Open(int pin)
    {
        lock (_lock)
        {
            if (pin is < 0 or >= Count)
            {
                throw new ArgumentException();
            }

            if (_open[pin])
            {
                throw new InvalidOperationException();
            }

            _open[pin] = true;
        }
    }

    internal void Close(int pin) => _open[Check(pin)] = false;

    internal int Mode(int pin) => _modes[Check(pin)];

    internal void SetMode(int pin, int mode) => _modes[Check(pin)] = mode;

    private bool Set(int pin, bool high)
    {
        lock (_lock)
        {
            if (_levels[Check(pin)] == high)
            {
                return false;
            }

            _levels[pin] = high;
            return true;
        }
    }

    private static int Check(int pin) => pin is >= 0 and < Count ? pin : throw new ArgumentOutOfRangeException(nameof(pin));
}
