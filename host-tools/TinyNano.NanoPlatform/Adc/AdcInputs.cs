namespace TinyNano.NanoPlatform;

/// <summary>What an ADC channel measures.</summary>
public interface IAdcSignal
{
    /// <summary>The reading now, 0 .. <see cref="AdcInputs.MaxValue"/>.</summary>
    int Read();
}

/// <summary>The ADC channels of a board: 12 bits, as an ESP32 has.</summary>
public sealed class AdcInputs
{
    public const int Channels = 20;
    public const int Bits = 12;
    public const int MaxValue = (1 << Bits) - 1;
    private readonly IAdcSignal?[] _signals = new IAdcSignal?[Channels];

    public void Attach(int channel, IAdcSignal signal)
    {
        if (channel is < 0 or >= Channels)
        {
            throw new ArgumentOutOfRangeException(nameof(channel), channel, $"an ADC channel is 0 .. {Channels - 1}");
        }

        _signals[channel] = signal;
    }

    /// <summary>An open input reads 0.</summary>
    internal int Read(int channel) => Math.Clamp(_signals[channel]?.Read() ?? 0, 0, MaxValue);
}
