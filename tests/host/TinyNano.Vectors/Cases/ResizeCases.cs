using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>RESIZE up and down, in the ways that TFLite has.</summary>
public sealed class ResizeCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (CoordinateMode mode in (CoordinateMode[])[CoordinateMode.Asymmetric, CoordinateMode.HalfPixel, CoordinateMode.AlignCorners])
        {
            foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Float32])
            {
                yield return Case(ResizeKind.Nearest, mode, type, 2, 3, 4, 2, 7, 9);
                yield return Case(ResizeKind.Nearest, mode, type, 1, 7, 9, 3, 3, 4);
            }

            foreach (DType type in (DType[])[DType.Int8, DType.Float32])
            {
                yield return Case(ResizeKind.Bilinear, mode, type, 2, 3, 4, 2, 7, 9);
                yield return Case(ResizeKind.Bilinear, mode, type, 1, 7, 9, 3, 3, 4);
                yield return Case(ResizeKind.Bilinear, mode, type, 1, 4, 4, 1, 8, 8);
                yield return Case(ResizeKind.Bilinear, mode, type, 1, 5, 2, 2, 1, 3);
                yield return Case(ResizeKind.Bilinear, mode, type, 1, 1, 1, 3, 2, 3);
            }
        }
    }

    private static CaseSpec Case(ResizeKind kind, CoordinateMode mode, DType type, int n, int h, int w, int c, int outH, int outW) =>
        Moves.Finish("resize", $"{type.ShortName()}_{kind}_{mode}_{h}x{w}_to_{outH}x{outW}".ToLowerInvariant(), b =>
        {
            Quantization? q = Moves.Quantized(type);
            NearestMode nearest = mode == CoordinateMode.Asymmetric ? NearestMode.Floor : NearestMode.RoundPreferCeil;
            return [b.Op(new Resize(kind, outH, outW, mode, nearest), "y", q, b.Input("x", type, [n, h, w, c], q))];
        });
}
