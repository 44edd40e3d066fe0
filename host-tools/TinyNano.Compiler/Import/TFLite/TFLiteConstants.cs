using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Operators whose result is known before running: shapes, and tensors made from constants.</summary>
internal static class TFLiteConstants
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("SHAPE", ShapeOf),
        new("RANK", c => c.ResultConstant(0, Tensor.Of(IR.Shape.Scalar, [c.In(0).Shape.Rank]))),
        new("FILL", Fill),
        new("ZEROS_LIKE", ZerosLike),
        new("RANGE", Range),
        new("BROADCAST_ARGS", BroadcastArgs),
    ];

    private static void ShapeOf(TFLiteContext c)
    {
        Shape shape = c.In(0).Shape;
        Shape vector = new(shape.Rank);
        c.ResultConstant(0, c.OutType().DType == DType.Int64
            ? Tensor.Of(vector, [.. shape.Dims.Select(d => (long)d)])
            : Tensor.Of(vector, shape.ToArray()));
    }

    private static void Fill(TFLiteContext c)
    {
        Tensor value = c.Constant(1, "value");
        TensorType type = c.OutType();
        Shape shape = new(c.Ints(0, "shape"));
        if (value.Count != 1 || !shape.Equals(type.Shape))
        {
            throw TFLiteRefusal.Misfit($"the value is {value.DType.ShortName()}{value.Shape}, the shape {shape}; the file says {type}.");
        }

        c.Reserve(shape, value.DType);
        Tensor filled = Tensor.Zeros(value.DType, shape);
        for (int i = 0; i < filled.Count; i++)
        {
            filled.Data.SetValue(value.Data.GetValue(0), i);
        }

        c.ResultConstant(0, filled);
    }

    private static void ZerosLike(TFLiteContext c)
    {
        TensorType type = c.In(0).Type;
        c.Reserve(type.Shape, type.DType);
        c.ResultConstant(0, Tensor.Zeros(type.DType, type.Shape));
    }

    // start, start + delta, ... up to limit, which is not in it.
    private static void Range(TFLiteContext c)
    {
        Tensor start = c.Constant(0, "start");
        double from = start.GetDouble(0);
        double step = c.Constant(2, "delta").GetDouble(0);
        int count = c.OutType().Shape.Count;
        if (Math.Ceiling((c.Constant(1, "limit").GetDouble(0) - from) / step) != count)
        {
            throw TFLiteRefusal.Misfit($"the range does not have {count} numbers.");
        }

        c.Reserve(new Shape(count), start.DType);
        Tensor result = start.DType switch
        {
            DType.Float32 => Tensor.Of(new Shape(count), [.. Enumerable.Range(0, count).Select(i => (float)from + i * (float)step)]),
            DType.Int32 => Tensor.Of(new Shape(count), [.. Enumerable.Range(0, count).Select(i => (int)(from + i * step))]),
            _ => throw TFLiteRefusal.Type($"a range of {start.DType.ShortName()}."),
        };
        c.ResultConstant(0, result);
    }

    private static void BroadcastArgs(TFLiteContext c)
    {
        Shape a = new(c.Ints(0, "first shape"));
        Shape b = new(c.Ints(1, "second shape"));
        Shape both = IR.Shape.Broadcast(a, b) ?? throw TFLiteRefusal.Misfit($"{a} and {b} do not fit.");
        c.ResultConstant(0, c.OutType().DType == DType.Int64
            ? Tensor.Of(new Shape(both.Rank), [.. both.Dims.Select(d => (long)d)])
            : Tensor.Of(new Shape(both.Rank), both.ToArray()));
    }
}
