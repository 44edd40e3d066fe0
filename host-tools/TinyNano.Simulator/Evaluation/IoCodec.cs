using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;

namespace TinyNano.Simulator.Evaluation;

/// <summary>Between the numbers of sample files and the bytes of a blob's inputs and outputs.</summary>
public sealed class IoCodec
{
    private readonly Blob _blob;
    private readonly SampleFormat _format;

    public IoCodec(Blob blob, SampleFormat format)
    {
        _blob = blob;
        _format = format;
    }

    /// <summary>Values of one record: all inputs together.</summary>
    public int InputValues => _blob.Inputs.Sum(i => _blob.Tensors[i.Tensor].Shape.Count);

    /// <summary>
    /// The record for one window. Without a given scale, integers for a quantised input of one byte are taken as its own
    /// numbers: int8 as they are, uint8 shifted by 128. Everything else goes through real numbers.
    /// </summary>
    public byte[] Encode(Tensor raw)
    {
        List<byte> record = [];
        int at = 0;
        foreach (BlobIo io in _blob.Inputs)
        {
            BlobTensor tensor = _blob.Tensors[io.Tensor];
            int count = tensor.Shape.Count;
            Tensor part = Slice(raw, at, count);
            at += count;
            record.AddRange(IsOwnNumbers(tensor.DType) ? Shift(part, tensor.DType) : FromReal(_format.ToReal(part), tensor.DType, io.Quantization));
        }

        return [.. record];
    }

    /// <summary>The real numbers of all outputs of one record.</summary>
    public float[] Decode(ReadOnlySpan<byte> outputs)
    {
        List<float> real = [];
        foreach (BlobIo io in _blob.Outputs)
        {
            BlobTensor tensor = _blob.Tensors[io.Tensor];
            real.AddRange(Tensor.FromBytes(tensor.DType, tensor.Shape, outputs[..tensor.Bytes]).ToFloats(io.Quantization));
            outputs = outputs[tensor.Bytes..];
        }

        return [.. real];
    }

    private bool IsOwnNumbers(DType type) =>
        _format.Scale is null && _format.Type is DType.Int8 or DType.UInt8 && type is DType.Int8 or DType.UInt8;

    private static Tensor Slice(Tensor raw, int start, int count)
    {
        int size = raw.DType.Size();
        return Tensor.FromBytes(raw.DType, new Shape(count), raw.ToBytes().AsSpan(start * size, count * size));
    }

    private byte[] Shift(Tensor values, DType to)
    {
        int shift = _format.Type == to ? 0 : 128;
        return [.. values.ToBytes().Select(b => (byte)(b + shift))];
    }

    private static byte[] FromReal(float[] real, DType type, Quantization? quantization)
    {
        if (type == DType.Float32)
        {
            return Tensor.Of(new Shape(real.Length), real).ToBytes();
        }

        (int lo, int hi) = type switch
        {
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.UInt8 => (0, byte.MaxValue),
            DType.Int16 => (short.MinValue, short.MaxValue),
            _ => (int.MinValue, int.MaxValue),
        };
        List<byte> bytes = [];
        foreach (float value in real)
        {
            double scaled = quantization is null ? value : Math.Round(value / quantization.Scale, MidpointRounding.AwayFromZero) + quantization.ZeroPoint;
            int q = (int)Math.Clamp(scaled, lo, hi);
            bytes.AddRange(BitConverter.GetBytes(q).AsSpan(0, type.Size()));
        }

        return [.. bytes];
    }
}
