using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// QuantizeLinear and DequantizeLinear. A uint8 tensor lives as int8 in the IR: numbers and zero point 128 less, which
/// stands for the same real numbers.
/// </summary>
internal static class QuantImport
{
    public static void QuantizeLinear(NodeImport n)
    {
        n.Ignore("saturate");
        n.Require("block_size", 0, 0);
        Edge x = n.In(0);
        OnnxType type = n.TryIn(2)?.Type ?? (OnnxType)n.Int("output_dtype", (int)OnnxType.UInt8);
        n.Ignore("output_dtype");
        n.Out(Quantized(n, x, n.In(1), n.TryIn(2), type, n.Int("axis", 1)));
    }

    public static void DequantizeLinear(NodeImport n)
    {
        n.Require("block_size", 0, 0);
        n.Out(Dequantized(n, n.In(0), n.In(1), n.TryIn(2), n.Int("axis", 1)));
    }

    /// <summary>The integers that stand for x; computed at once for constants.</summary>
    public static Edge Quantized(NodeImport n, Edge x, Edge scale, Edge? zero, OnnxType type, int axis)
    {
        (int low, int high) = type switch
        {
            OnnxType.Int8 => (-128, 127),
            OnnxType.UInt8 => (0, 255),
            OnnxType.Int16 => (-32768, 32767),
            OnnxType.Int4 => (-8, 7),
            OnnxType.UInt4 => (0, 15),
            _ => throw new ImportException($"quantisation to {OnnxTypes.Name(type)} is not supported (only int8, uint8, int16)"),
        };
        if (!OnnxTypes.IsFloat(x.Type))
        {
            throw new ImportException($"quantisation of {OnnxTypes.Name(x.Type)} is not supported (only float)");
        }

        Quantization q = Read(x, scale, zero, axis);
        if (x.IsKnown)
        {
            float[] real = x.Constant?.ToFloats() ?? x.Quantized!.Data.ToFloats(x.Quantized.Quantization);
            int inner = q.PerChannel ? OnnxTypes.Count(x.Dims[(q.Axis + 1)..]) : 1;
            long[] integers = new long[real.Length];
            for (int i = 0; i < real.Length; i++)
            {
                int channel = i / inner % q.Scales.Length;
                double scaled = Math.Round((double)(real[i] / q.Scales[channel]), MidpointRounding.ToEven);
                integers[i] = (long)Math.Clamp(scaled + q.ZeroPoints[channel], low, high);
            }

            return Edge.Of(x.Name, OnnxTensor.FromLongs(type, x.ToDims(), integers));
        }

        if (type is OnnxType.Int4 or OnnxType.UInt4)
        {
            throw new ImportException($"activations of {OnnxTypes.Name(type)} are not supported (only int8, uint8, int16)");
        }

        Value y = n.Main(new Ops.Quantize(type == OnnxType.Int16 ? DType.Int16 : DType.Int8), n.ValueOf(x));
        y.Type = y.Type with { Quantization = type == OnnxType.UInt8 ? Shifted(q) : q };
        return Edge.Of(y, type);
    }

    /// <summary>The real numbers that integers stand for.</summary>
    public static Edge Dequantized(NodeImport n, Edge x, Edge scale, Edge? zero, int axis)
    {
        Quantization q = Read(x, scale, zero, axis);
        if (zero is not null && zero.Type != x.Type)
        {
            throw new ImportException($"the zero point is {OnnxTypes.Name(zero.Type)}, the tensor {OnnxTypes.Name(x.Type)}");
        }

        if (x.Constant is OnnxTensor constant)
        {
            return Known(n, constant, q);
        }

        if (x.Type is not (OnnxType.Int8 or OnnxType.UInt8 or OnnxType.Int16 or OnnxType.Int32))
        {
            throw new ImportException($"dequantisation of {OnnxTypes.Name(x.Type)} is not supported (only int8, uint8, int16, int32)");
        }

        Value value = n.ValueOf(x);
        Quantization expected = x.Type == OnnxType.UInt8 ? Shifted(q) : q;
        if (value.Quantization is null && value.DType is DType.UInt8)
        {
            throw new ImportException($"'{x.Name}' holds plain bytes, not quantised numbers");
        }

        if (value.Quantization is null)
        {
            // Integers that nothing quantised, read as real numbers: an int32 accumulator, say.
            value.Type = value.Type with { Quantization = expected };
        }
        else if (!expected.SameAs(value.Quantization))
        {
            throw new ImportException($"'{x.Name}' is read with another scale or zero point than it was made with");
        }

        return Edge.Of(n.Main(new Dequantize(), value));
    }

    private static Edge Known(NodeImport n, OnnxTensor constant, Quantization q)
    {
        n.State.ChargeFolding(constant.Count);
        Shape shape = constant.Count > 0 ? new Shape(constant.Dims) : throw new ImportException("a tensor without elements is dequantised");
        switch (constant.Type)
        {
            case OnnxType.UInt8:
                sbyte[] shifted = Array.ConvertAll((byte[])constant.Data, v => (sbyte)(v - 128));
                return Edge.Of(n.Name, new QuantizedConstant(Tensor.Of(shape, shifted), Shifted(q)));
            case OnnxType.UInt4:
                return Edge.Of(n.Name, new QuantizedConstant(Tensor.Of(shape, Array.ConvertAll((byte[])constant.Data, v => (sbyte)v)), q));
            default:
                if (constant.IsFloat)
                {
                    throw new ImportException("dequantisation of floats");
                }

                return Edge.Of(n.Name, new QuantizedConstant(new Tensor(OnnxTypes.Storage(constant.Type), shape, constant.Data), q));
        }
    }

    /// <summary>Scale and zero point of a tensor, one for all or one for each index of an axis.</summary>
    private static Quantization Read(Edge x, Edge scale, Edge? zero, int axis)
    {
        if (scale.Constant is not { IsFloat: true } scaleTensor || (zero is not null && zero.Constant is not { IsFloat: false }))
        {
            throw new ImportException("scale and zero point must be constants", "quantise the model statically (quantize_static) before export");
        }

        float[] scales = scaleTensor.ToFloats();
        int[] zeros = zero?.Constant is OnnxTensor z ? Array.ConvertAll(z.ToLongs(), v => checked((int)v)) : new int[scales.Length];
        if (zeros.Length != scales.Length || scaleTensor.Dims.Length > 1 || !scales.All(s => s > 0 && float.IsFinite(s)))
        {
            throw new ImportException($"{scales.Length} scales and {zeros.Length} zero points: expected as many of each, the scales positive");
        }

        if (scales.Length <= 1)
        {
            return scales.Length == 1 ? new Quantization(scales, zeros, 0) : throw new ImportException("there is no scale");
        }

        int normal = NodeImport.Axis(axis, x.Rank);
        return x[normal] == scales.Length ? new Quantization(scales, zeros, normal)
            : throw new ImportException($"{scales.Length} scales for axis {normal} of {OnnxTypes.Text(x.ToDims())}");
    }

    private static Quantization Shifted(Quantization q) => new(q.Scales, Array.ConvertAll(q.ZeroPoints, z => z - 128), q.Axis);
}
