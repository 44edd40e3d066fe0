using System.Buffers.Binary;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// From the tensors of the file to types and constants of the IR: int4 is unpacked to int8, float16 becomes float32;
/// numbers are otherwise kept. TFLiteRefusal for what the IR has no word for.
/// </summary>
internal static class TFLiteTensors
{
    // Far beyond any microcontroller, and small enough that no shape in a hostile file can exhaust the desk computer.
    private const long MaxBytes = 1L << 28;

    /// <summary>Type of a tensor that is not a constant.</summary>
    public static TensorType TypeOf(TFLiteTensor tensor)
    {
        if (tensor.Type is TFLiteType.Float16 or TFLiteType.Int4)
        {
            throw TFLiteRefusal.Type($"'{tensor.Name}' holds {Lower(tensor.Type)} numbers that are not constant; only weights may.");
        }

        DType type = ElementType(tensor);
        Quantization? quantization = QuantizationOf(tensor, type, constant: false);
        return new TensorType(type, ShapeOf(tensor), quantization);
    }

    /// <summary>A constant with the contents of a buffer.</summary>
    public static (Tensor Data, Quantization? Quantization) ConstantOf(TFLiteTensor tensor, ReadOnlySpan<byte> bytes)
    {
        if (tensor.IsSparse)
        {
            throw TFLiteRefusal.Type($"'{tensor.Name}' is stored sparse.", "convert without sparsity (densify the weights)");
        }

        Shape shape = ShapeOf(tensor);
        DType type = ElementType(tensor);
        long expected = tensor.Type switch
        {
            TFLiteType.Int4 => (shape.Count + 1L) / 2,
            TFLiteType.Float16 => shape.Count * 2L,
            _ => (long)shape.Count * type.Size(),
        };
        if (bytes.Length != expected)
        {
            throw new TFLiteRefusal("TN1006", $"constant '{tensor.Name}' {Lower(tensor.Type)}{shape} has {bytes.Length} bytes, expected {expected}.",
                "the file is truncated or was changed after conversion; fetch or convert it again");
        }

        Tensor data = tensor.Type switch
        {
            TFLiteType.Int4 => Tensor.Of(shape, Unpack(bytes, shape.Count)),
            TFLiteType.Float16 => Tensor.Of(shape, Widen(bytes)),
            _ => Tensor.FromBytes(type, shape, bytes),
        };
        return (data, QuantizationOf(tensor, type, constant: true));
    }

    public static string Lower(TFLiteType type) => type.ToString().ToLowerInvariant();

    private static DType ElementType(TFLiteTensor tensor) => tensor.Type switch
    {
        TFLiteType.Float32 or TFLiteType.Float16 => DType.Float32,
        TFLiteType.Int8 or TFLiteType.Int4 => DType.Int8,
        TFLiteType.UInt8 => DType.UInt8,
        TFLiteType.Int16 => DType.Int16,
        TFLiteType.Int32 => DType.Int32,
        TFLiteType.Int64 => DType.Int64,
        TFLiteType.Bool => DType.Bool,
        _ => throw TFLiteRefusal.Type($"'{tensor.Name}' holds {Lower(tensor.Type)} elements.", "float32, int8, int16, int32, int64 and bool are supported"),
    };

    private static Shape ShapeOf(TFLiteTensor tensor)
    {
        long count = 1;
        foreach (int dim in tensor.Shape)
        {
            if (dim < 1)
            {
                throw TFLiteRefusal.Attribute($"'{tensor.Name}' has shape [{string.Join(",", tensor.Shape.Take(8))}]; every dimension must be known and at least 1.",
                    "convert with a fixed input shape (batch 1)");
            }

            count *= dim;
            if (count > MaxBytes / 8 || tensor.Shape.Length > 16)
            {
                throw new TFLiteRefusal("TN1007", $"'{tensor.Name}' has shape [{string.Join(",", tensor.Shape.Take(8))}], beyond {MaxBytes / 8} elements or 16 dimensions.");
            }
        }

        return new Shape(tensor.Shape);
    }

    // Quantisation counts for integers. On int32 and int64 it is only an explanation (of a bias): a faulty one is dropped.
    private static Quantization? QuantizationOf(TFLiteTensor tensor, DType type, bool constant)
    {
        if (tensor.Quantization is not TFLiteQuantization q || type is DType.Float32 or DType.Bool)
        {
            return null;
        }

        bool isBias = type is DType.Int32 or DType.Int64;
        if (q.Details != 0)
        {
            return isBias ? null : throw TFLiteRefusal.Type($"'{tensor.Name}' has blockwise or custom quantisation.", "quantise per tensor or per channel");
        }

        string? fault = Fault(tensor, q, type, constant);
        if (fault is not null)
        {
            return isBias ? null : throw new TFLiteRefusal("TN1006", $"'{tensor.Name}' has {fault}.", "quantise the model again");
        }

        int[] zeros = [.. q.Scales.Select((_, i) => q.ZeroPoints.Length == 0 ? 0 : (int)q.ZeroPoints[q.ZeroPoints.Length == 1 ? 0 : i])];
        return new Quantization(q.Scales, zeros, q.Scales.Length > 1 ? q.Axis : 0);
    }

    private static string? Fault(TFLiteTensor tensor, TFLiteQuantization q, DType type, bool constant)
    {
        if (q.Scales.Any(s => !(s > 0) || float.IsInfinity(s)))
        {
            return "a quantisation scale that is not a positive number";
        }

        if (q.ZeroPoints.Length > 1 && q.ZeroPoints.Length != q.Scales.Length)
        {
            return $"{q.Scales.Length} scales and {q.ZeroPoints.Length} zero points";
        }

        (long lo, long hi) = type switch
        {
            DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            DType.Int16 => (short.MinValue, short.MaxValue),
            _ => (int.MinValue / 2, int.MaxValue / 2),
        };
        if (q.ZeroPoints.Any(z => z < lo || z > hi))
        {
            return $"a zero point outside the range of {type.ShortName()}";
        }

        if (q.Scales.Length == 1)
        {
            return null;
        }

        if (!constant)
        {
            return $"{q.Scales.Length} scales; only weights may be quantised per channel";
        }

        return q.Axis >= 0 && q.Axis < tensor.Shape.Length && tensor.Shape[q.Axis] == q.Scales.Length ? null
            : $"{q.Scales.Length} scales along axis {q.Axis} of shape [{string.Join(",", tensor.Shape)}]";
    }

    // Two's complement nibbles, the low one first.
    private static sbyte[] Unpack(ReadOnlySpan<byte> bytes, int count)
    {
        sbyte[] values = new sbyte[count];
        for (int i = 0; i < count; i++)
        {
            int nibble = (bytes[i / 2] >> (i % 2 * 4)) & 15;
            values[i] = (sbyte)(nibble < 8 ? nibble : nibble - 16);
        }

        return values;
    }

    private static float[] Widen(ReadOnlySpan<byte> bytes)
    {
        float[] values = new float[bytes.Length / 2];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
        }

        return values;
    }
}
