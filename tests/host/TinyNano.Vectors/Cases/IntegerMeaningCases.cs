using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>Integer forms that the reference lacks but that have one exact answer: int16 bilinear resizes, int16 extrema.</summary>
public sealed class IntegerMeaningCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        yield return Resize(2, 3, 2, 5, 7);
        yield return Resize(6, 5, 3, 4, 2);
        yield return Extremum(ReduceKind.Max);
        yield return Extremum(ReduceKind.Min);
    }

    private static CaseSpec Resize(int h, int w, int channels, int outH, int outW)
    {
        Quantization? q = Moves.Quantized(DType.Int16);
        Resize op = new(ResizeKind.Bilinear, outH, outW, CoordinateMode.HalfPixel, NearestMode.Floor);
        CaseSpec spec = Moves.Finish("resize_meaning", $"i16_bilinear_{h}x{w}_to_{outH}x{outW}", b => [b.Op(op, "y", q, b.Input("x", DType.Int16, [1, h, w, channels], q))]);
        int[] y = IntegerArithmetic.ResizeHalfPixel(spec.Inputs[0].ToInts(), h, w, channels, outH, outW);
        return spec with { Outputs = [Moves.Integers(DType.Int16, new Shape(1, outH, outW, channels), y)] };
    }

    private static CaseSpec Extremum(ReduceKind kind)
    {
        Quantization? q = Moves.Quantized(DType.Int16);
        CaseSpec spec = Moves.Finish("reduce_meaning", $"i16_{kind}".ToLowerInvariant(), b => [b.Op(new Reduce(kind, [1], false), "y", q, b.Input("x", DType.Int16, [4, 7], q))]);
        int[][] rows = [.. spec.Inputs[0].ToInts().Chunk(7)];
        int[] y = [.. rows.Select(row => kind == ReduceKind.Max ? row.Max() : row.Min())];
        return spec with { Outputs = [Moves.Integers(DType.Int16, new Shape(4), y)] };
    }
}
