using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// What kind of numbers operators take. A quantity is float32, or int8 or int16 with a scale; a plain number is int32 or
/// int64 without. Operators that only move numbers take any kind. Shapes are checked elsewhere, by Infer.
/// </summary>
internal static class TFLiteKinds
{
    /// <summary>TFLiteRefusal where an operator does not take its inputs.</summary>
    public static void Check(Op op, IReadOnlyList<Value?> inputs)
    {
        switch (op)
        {
            case Conv2D or DepthwiseConv2D or TransposeConv2D or FullyConnected:
                Quantities(inputs.Take(2));
                Bias(inputs[0], inputs.At(2));
                break;
            case Svdf:
                Quantities(inputs.Take(3));
                Bias(inputs[0], inputs.At(3));
                break;
            case Lstm:
                Quantities(inputs.Take(3));
                Bias(inputs[0], inputs.At(3));
                break;
            case BatchMatMul or PRelu or AveragePool2D or MaxPool2D or Softmax or LogSoftmax or Resize { Kind: ResizeKind.Bilinear }:
                Quantities(inputs);
                break;
            case Unary { Kind: not (UnaryKind.Clip or UnaryKind.Abs or UnaryKind.Neg or UnaryKind.Square or UnaryKind.Sign) }:
                Quantities(inputs);
                break;
            case Add or Sub or Mul or Div or SquaredDifference or Minimum or Maximum or Unary:
                Numbers(inputs, DType.Int32, DType.Int64);
                break;
            case Compare:
                Numbers(inputs, DType.Int32, DType.Int64, DType.Bool);
                break;
            case Reduce:
                Numbers(inputs, DType.Int32);
                break;
            case Select:
                Alike(inputs.Skip(1));
                break;
            case Concat:
                Alike(inputs);
                break;
            case Ops.Quantize when inputs[0] is { DType: not DType.Float32, Quantization: null } or { DType: DType.Bool }:
                throw Unsupported(inputs[0]!);
            case Dequantize when inputs[0] is not { Quantization: not null }:
                throw Unsupported(inputs[0]!);
            default:
                break;
        }
    }

    /// <summary>TFLiteRefusal where a result that is int8 or int16 has no scale although the operator computes quantities.</summary>
    public static void CheckResult(Op op, IReadOnlyList<Value?> inputs, Value output)
    {
        bool plain = Movement.Is(op) || op is Cast or Select;
        if (!plain && output.DType is DType.Int8 or DType.Int16 && output.Quantization is null)
        {
            throw Unsupported(output);
        }

        if (op is Select or Concat && (inputs[^1]!.Quantization is null) != (output.Quantization is null))
        {
            throw TFLiteRefusal.Type($"one of '{inputs[^1]!.Name}' and '{output.Name}' is quantised and the other is not.");
        }
    }

    /// <summary>A refusal of a value's element type; for uint8, what to do about it.</summary>
    public static TFLiteRefusal Unsupported(Value value) => value.DType switch
    {
        DType.UInt8 => TFLiteRefusal.Type($"'{value.Name}' is uint8: the old asymmetric quantisation is supported at the model's edges only.",
            "convert again with int8 quantisation (inference_input_type may stay uint8)"),
        DType.Int8 or DType.Int16 when value.Quantization is null =>
            TFLiteRefusal.Type($"'{value.Name}' is {value.DType.ShortName()} without scale and zero point.", "quantise the model again"),
        _ => TFLiteRefusal.Type($"'{value.Name}' is {value.DType.ShortName()}; this operator does not take it."),
    };

    private static bool IsQuantity(Value value) =>
        value.DType == DType.Float32 || (value.DType is DType.Int8 or DType.Int16 && value.Quantization is not null);

    private static void Quantities(IEnumerable<Value?> values) => Numbers(values);

    private static void Numbers(IEnumerable<Value?> values, params DType[] plain)
    {
        Value[] given = [.. values.OfType<Value>()];
        foreach (Value value in given)
        {
            if (!IsQuantity(value) && !(plain.Contains(value.DType) && value.Quantization is null))
            {
                throw Unsupported(value);
            }
        }

        Alike(given);
    }

    private static void Alike(IEnumerable<Value?> values)
    {
        Value[] given = [.. values.OfType<Value>()];
        if (Array.Find(given, v => (v.Quantization is null) != (given[0].Quantization is null)) is Value other)
        {
            throw TFLiteRefusal.Type($"one of '{given[0].Name}' and '{other.Name}' is quantised and the other is not.");
        }
    }

    private static void Bias(Value? x, Value? bias)
    {
        if (bias is not null && (x!.DType == DType.Float32) != (bias.DType == DType.Float32))
        {
            throw Unsupported(bias);
        }
    }
}
