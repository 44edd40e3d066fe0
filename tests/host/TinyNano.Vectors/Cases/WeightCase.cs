using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>Element types of an operator with weights: x, weights and bias.</summary>
public enum WeightTypes
{
    /// <summary>int8, int8, int32.</summary>
    S8,

    /// <summary>int16, int8, int64.</summary>
    S16,

    /// <summary>int16, int8, int32: TFLite accumulates and requantises in 32 bits then.</summary>
    S16Bias32,

    /// <summary>float32 throughout.</summary>
    F32,
}

/// <summary>Seeded x, weights, bias and a fitting quantisation of y for one operator with weights.</summary>
public sealed class WeightCase
{
    private readonly Seeded _random;
    private readonly WeightTypes _types;
    private readonly int _depth;
    private readonly float[] _scales;

    /// <param name="name">Name of the case and of its graph.</param>
    /// <param name="types">Element types.</param>
    /// <param name="depth">Products in one accumulator; the scale of y follows from it.</param>
    /// <param name="channels">Scales of the weights: output channels, or 1 for per tensor.</param>
    public WeightCase(string name, WeightTypes types, int depth, int channels)
    {
        _random = new Seeded((ulong)name.Aggregate(7L, (hash, c) => hash * 31 + c));
        _types = types;
        _depth = depth;
        _scales = [.. Enumerable.Range(0, channels).Select(_ => _random.NextFloat(0.004f, 0.016f))];
        Builder = new GraphBuilder(name);
    }

    public GraphBuilder Builder { get; }

    /// <summary>Zero point of an int8 x.</summary>
    public int XZero { get; init; } = -7;

    /// <summary>Zero point of an int8 y.</summary>
    public int YZero { get; init; } = 5;

    /// <summary>Weights of channels 0 and 1 get scales so extreme that multipliers vanish or numbers wrap.</summary>
    public bool Extreme { get; init; }

    private bool IsFloat => _types == WeightTypes.F32;

    private float XScale => _types == WeightTypes.S8 ? 0.047f : 0.0003f;

    public DType XType => _types switch
    {
        WeightTypes.F32 => DType.Float32,
        WeightTypes.S8 => DType.Int8,
        _ => DType.Int16,
    };

    public Value X(params int[] shape) =>
        Builder.Input("x", XType, shape, IsFloat ? null : new Quantization(XScale, XType == DType.Int8 ? XZero : 0));

    public Value W(int axis, params int[] shape)
    {
        if (IsFloat)
        {
            return GraphBuilder.Const("w", _random.Tensor(DType.Float32, new Shape(shape), -1, 1));
        }

        return GraphBuilder.Const("w", _random.Tensor(DType.Int8, new Shape(shape), -127, 127), new Quantization(Scales(), new int[_scales.Length], axis));
    }

    public Value Bias(int channels)
    {
        double range = Math.Sqrt(_depth) * (_types == WeightTypes.S8 ? 5400 : 1.4e6);
        Quantization? q = IsFloat ? null : new Quantization([.. Scales().Select(s => s * XScale)], new int[_scales.Length], 0);
        Tensor data = _types switch
        {
            WeightTypes.F32 => _random.Tensor(DType.Float32, new Shape(channels), -1, 1),
            WeightTypes.S16 => _random.Tensor(DType.Int64, new Shape(channels), -range, range),
            _ => _random.Tensor(DType.Int32, new Shape(channels), -range, range),
        };
        if (Extreme && data.Data is int[] numbers)
        {
            numbers[0] = int.MaxValue - 5;
            numbers[1] = int.MinValue + 9;
            numbers[2] = 2100000000;
        }

        return GraphBuilder.Const("b", data, q);
    }

    /// <summary>The quantisation of y that spreads the results over most of its range, some saturating.</summary>
    public Quantization? Y => IsFloat ? null
        : new Quantization(XScale * 0.01f * 90 * MathF.Sqrt(_depth), XType == DType.Int8 ? YZero : 0);

    public CaseSpec Finish(string op, Value y)
    {
        Builder.Output(y);
        return new CaseSpec(op, Builder.Graph.Name, Builder.Graph, [.. Builder.Graph.Inputs.Select(v => _random.Tensor(v.DType, v.Shape))]);
    }

    private float[] Scales()
    {
        float[] scales = (float[])_scales.Clone();
        if (Extreme)
        {
            scales[0] = 1e-11f;
            scales[1] = 3000;
        }

        return scales;
    }
}
