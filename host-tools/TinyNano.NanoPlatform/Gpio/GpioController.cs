using System.Collections.Generic;
using TinyNano.NanoPlatform;

namespace System.Device.Gpio;

/// <summary>The pins of the current board.</summary>
public sealed class GpioController : IDisposable
{
    private readonly VirtualBoard _board = VirtualBoard.Current;
    private readonly Dictionary<int, GpioPin> _pins = [];
    private readonly Dictionary<(int Pin, PinChangeEventHandler Callback), PinValueChangedEventHandler> _callbacks = [];

    public GpioController()
        : this(PinNumberingScheme.Logical)
    {
    }

    public GpioController(PinNumberingScheme numberingScheme) => NumberingScheme = numberingScheme;

    public PinNumberingScheme NumberingScheme { get; internal set; }

    public int PinCount => PinBank.Count;

    public GpioPin OpenPin(int pinNumber)
    {
        GpioPin pin = new(_board, pinNumber);
        _pins[pinNumber] = pin;
        return pin;
    }

    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        GpioPin pin = OpenPin(pinNumber);
        pin.SetPinMode(mode);
        return pin;
    }

    public void ClosePin(int pinNumber)
    {
        Pin(pinNumber).Dispose();
        _pins.Remove(pinNumber);
    }

    public void Dispose()
    {
        foreach (GpioPin pin in _pins.Values)
        {
            pin.Dispose();
        }

        _pins.Clear();
    }

    public PinMode GetPinMode(int pinNumber) => Pin(pinNumber).GetPinMode();

    public bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    public bool IsPinOpen(int pinNumber) => _board.Pins.IsOpen(pinNumber);

    public PinValue Read(int pinNumber) => Pin(pinNumber).Read();

    public void Write(int pinNumber, PinValue value) => Pin(pinNumber).Write(value);

    public void SetPinMode(int pinNumber, PinMode mode) => Pin(pinNumber).SetPinMode(mode);

    public void RegisterCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        PinValueChangedEventHandler handler = (sender, e) =>
        {
            if ((e.ChangeType & eventTypes) != 0)
            {
                callback(this, e);
            }
        };
        _callbacks[(pinNumber, callback)] = handler;
        Pin(pinNumber).ValueChanged += handler;
    }

    public void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        if (_callbacks.Remove((pinNumber, callback), out PinValueChangedEventHandler handler))
        {
            Pin(pinNumber).ValueChanged -= handler;
        }
    }

    private GpioPin Pin(int pinNumber) => _pins.TryGetValue(pinNumber, out GpioPin pin) ? pin : throw new InvalidOperationException();
}
