using System.Buffers.Binary;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.VirtualDevice.Chips;

/// <summary>An ADC channel that plays 16-bit samples.</summary>
public sealed class AdcPlayer : IAdcSignal
{
    private readonly TracePlayer _player;
    private readonly bool _signed;
    private readonly int _offset;

    /// <param name="signed">int16 samples, not uint16.</param>
    /// <param name="offset">Added to every sample: the reading of a signal's rest position.</param>
    public AdcPlayer(TracePlayer player, bool signed, int offset)
    {
        _player = player;
        _signed = signed;
        _offset = offset;
    }

    public int Read()
    {
        ReadOnlySpan<byte> frame = _player.Frame(_player.Recording.IndexAt(_player.Now));
        return _offset + (_signed ? BinaryPrimitives.ReadInt16LittleEndian(frame) : BinaryPrimitives.ReadUInt16LittleEndian(frame));
    }
}
