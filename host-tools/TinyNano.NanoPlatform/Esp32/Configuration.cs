using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TinyNano.NanoPlatform;

namespace nanoFramework.Hardware.Esp32;

/// <summary>Functions that pins can have, as far as applications here use them: kind in bits 16 to 23, number of the device in bits 8 to 15.</summary>
public enum DeviceFunction
{
    SPI1_MOSI = (1 << 16) + (1 << 8),
    SPI1_MISO,
    SPI1_CLOCK,
    SPI2_MOSI = (1 << 16) + (2 << 8),
    SPI2_MISO,
    SPI2_CLOCK,
    I2C1_DATA = (2 << 16) + (1 << 8),
    I2C1_CLOCK,
    I2C2_DATA = (2 << 16) + (2 << 8),
    I2C2_CLOCK,
    ADC1_CH0 = (5 << 16) + (1 << 8),
    ADC1_CH1,
    ADC1_CH2,
    ADC1_CH3,
    ADC1_CH4,
    ADC1_CH5,
    ADC1_CH6,
    ADC1_CH7,
    ADC1_CH8,
    ADC1_CH9,
}

/// <summary>Remembers which pin has which function; nothing depends on it here.</summary>
public class Configuration
{
    private static readonly ConditionalWeakTable<VirtualBoard, ConcurrentDictionary<DeviceFunction, int>> Pins = [];

    public static void SetPinFunction(int pin, DeviceFunction value) => Of(VirtualBoard.Current)[value] = pin;

    public static int GetFunctionPin(DeviceFunction function) => Of(VirtualBoard.Current).TryGetValue(function, out int pin) ? pin : -1;

    private static ConcurrentDictionary<DeviceFunction, int> Of(VirtualBoard board) => Pins.GetValue(board, _ => new ConcurrentDictionary<DeviceFunction, int>());
}
