using TinyNano.NanoPlatform;

namespace System.Device.Gpio;

/// <summary>An open pin of the current board.</summary>
public sealed class GpioPin : IDisposable
{
    private readonly VirtualBoard _board;
    private bool _isDisposed;

    internal GpioPin(VirtualBoard board, int pinNumber)
    {
        _board = board;
        PinNumber = pinNumber;
        board.Pins.Open(pinNumber);
        board.Pins.InputChanged += OnInputChanged;
    }

    /// <summary>A level from outside has changed.</summary>
    public event PinValueChangedEventHandler ValueChanged;

    public TimeSpan DebounceTimeout { get; set; }

    public int PinNumber { get; }

    public PinMode GetPinMode() => (PinMode)_board.Pins.Mode(PinNumber);

    public bool IsPinModeSupported(PinMode pinMode) => true;

    public void SetPinMode(PinMode value)
    {
        Require();
        _board.Pins.SetMode(PinNumber, (int)value);
        if (value == PinMode.InputPullUp)
        {
            _board.Pins.Write(PinNumber, true);
        }
    }

    public PinValue Read()
    {
        Require();
        return _board.Pins.IsHigh(PinNumber);
    }

    public void Write(PinValue value)
    {
        Require();
        if (GetPinMode() < PinMode.Output)
        {
            throw new InvalidOperationException();
        }

        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        _board.Pins.Write(PinNumber, value == PinValue.High);
    }

    public void Toggle() => Write(Read() == PinValue.Low);

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _board.Pins.InputChanged -= OnInputChanged;
            _board.Pins.Close(PinNumber);
        }
    }

    private void OnInputChanged(int pin, bool high)
    {
        if (pin == PinNumber && ValueChanged is PinValueChangedEventHandler handler)
        {
            _board.Run(() => handler(this, new PinValueChangedEventArgs(high ? PinEventTypes.Rising : PinEventTypes.Falling, pin)));
        }
    }

    private void Require()
    {
        _board.ThrowIfStopped();
        if (_isDisposed)
        {
            throw new ObjectDisposedException(nameof(GpioPin));
        }
    }
}
