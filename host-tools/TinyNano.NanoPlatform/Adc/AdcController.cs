using TinyNano.NanoPlatform;

namespace System.Device.Adc;

public enum AdcChannelMode
{
    SingleEnded = 0,
    Differential,
}

public abstract class AdcControllerBase
{
    public abstract int ChannelCount { get; }

    public abstract AdcChannelMode ChannelMode { get; set; }

    public abstract int MaxValue { get; }

    public abstract int MinValue { get; }

    public abstract int ResolutionInBits { get; }

    public abstract bool IsChannelModeSupported(AdcChannelMode channelMode);

    public abstract AdcChannel OpenChannel(int channelNumber);
}

public abstract class AdcChannelBase
{
    public AdcController Controller { get; internal set; }

    public abstract int ReadValue();

    public double ReadRatio() => ReadValue() / (double)Controller.MaxValue;
}

/// <summary>The ADC of the current board.</summary>
public class AdcController : AdcControllerBase
{
    private readonly VirtualBoard _board = VirtualBoard.Current;

    public override int ChannelCount => AdcInputs.Channels;

    public override AdcChannelMode ChannelMode { get; set; }

    public override int MaxValue => AdcInputs.MaxValue;

    public override int MinValue => 0;

    public override int ResolutionInBits => AdcInputs.Bits;

    public override bool IsChannelModeSupported(AdcChannelMode channelMode) => channelMode == AdcChannelMode.SingleEnded;

    public override AdcChannel OpenChannel(int channelNumber)
    {
        if (channelNumber < 0 || channelNumber >= ChannelCount)
        {
            throw new ArgumentOutOfRangeException();
        }

        return new AdcChannel(_board, this, channelNumber);
    }
}

public class AdcChannel : AdcChannelBase, IDisposable
{
    private readonly VirtualBoard _board;
    private readonly int _number;

    internal AdcChannel(VirtualBoard board, AdcController controller, int number)
    {
        _board = board;
        _number = number;
        Controller = controller;
    }

    public override int ReadValue()
    {
        _board.ThrowIfStopped();
        using HeapAccount.Exempt exempt = _board.Heap.Exempted();
        return _board.Adc.Read(_number);
    }

    public void Dispose()
    {
    }
}
