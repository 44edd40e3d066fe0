using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Matrix product over the last two axes with numpy broadcasting of the leading ones. Inputs a [..,M,K] (TransposeA: [..,K,M])
/// and b [..,K,N] (TransposeB: [..,N,K]); output [..,M,N].
/// </summary>
public sealed record BatchMatMul(bool TransposeA, bool TransposeB) : Op, ILowerable, IQuantizable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType a = inputs.Need(0, "a");
        TensorType b = inputs.Need(1, "b");
        OpHelpers.Check(a.Shape.Rank >= 2 && b.Shape.Rank >= 2, $"a {a.Shape} and b {b.Shape}; expected at least rank 2 each");
        (int m, int k, int n) = Sizes(a.Shape, b.Shape);
        Shape? batch = Shape.Broadcast(Leading(a.Shape), Leading(b.Shape));
        OpHelpers.Check(batch is not null && k == b.Shape[TransposeB ? -1 : -2],
            $"a {a.Shape}{(TransposeA ? " transposed" : "")} and b {b.Shape}{(TransposeB ? " transposed" : "")} do not fit; expected [..,M,K] and [..,K,N]");
        return [new TensorType(a.DType, new Shape([.. batch!.Dims, m, n]))];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor a = inputs.Need(0);
        Tensor b = inputs.Need(1);
        (int m, int k, int n) = Sizes(a.Shape, b.Shape);
        Shape batch = Shape.Broadcast(Leading(a.Shape), Leading(b.Shape))!;
        float[] y = new float[batch.Count * m * n];
        for (int index = 0; index < batch.Count; index++)
        {
            ReadOnlySpan<float> left = a.Floats.AsSpan(MatrixOf(Leading(a.Shape), batch, index) * m * k, m * k);
            ReadOnlySpan<float> right = b.Floats.AsSpan(MatrixOf(Leading(b.Shape), batch, index) * k * n, k * n);
            Multiply(left, right, y.AsSpan(index * m * n, m * n), m, k, n);
        }

        return [Tensor.Of(new Shape([.. batch.Dims, m, n]), y)];
    }

    public override long Macs(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        (long)outputs[0].Shape.Count * inputs[0]!.Shape[TransposeA ? -2 : -1];

    public QuantRule? Rule(Node node, DType activations) => new();

    public void Lower(Node node, Lowering to)
    {
        Value a = node.Inputs[0]!;
        Value b = node.Inputs[1]!;
        Value y = node.Output;
        OpHelpers.Check(b.DType == a.DType, $"a is {a.DType.ShortName()} and b {b.DType.ShortName()}; expected the same");
        (int transposeA, int transposeB) = (TransposeA ? 1 : 0, TransposeB ? 1 : 0);
        if (a.DType == DType.Float32)
        {
            to.Step(DeviceOps.BatchMatMul, [to.Tensor(a), to.Tensor(b)], [to.Tensor(y)],
            [
                ("transpose_a", transposeA), ("transpose_b", transposeB), ("a_zero", 0), ("b_zero", 0), ("y_zero", 0), ("mult", 0), ("shift", 0),
                ("lo", Lowering.Bits(float.NegativeInfinity)), ("hi", Lowering.Bits(float.PositiveInfinity)),
            ]);
            return;
        }

        OpHelpers.Check(a.DType is DType.Int8 or DType.Int16, $"a is {a.DType.ShortName()}; the device has i8, i16 and f32");
        Quantization qa = OpHelpers.Quant(a);
        Quantization qb = OpHelpers.Quant(b);
        Quantization qy = OpHelpers.Quant(y);
        OpHelpers.Check(!qa.PerChannel && !qb.PerChannel, "a or b is quantised per channel; expected one scale for the tensor");
        (int[] multipliers, sbyte[] shifts) = OpHelpers.OutputMultipliers(qa, qb, qy, floatProduct: true);
        WindowHelpers.CheckShifts(shifts, a.DType, null);
        (int lo, int hi) = OpHelpers.TypeRange(a.DType);
        to.Step(DeviceOps.BatchMatMul, [to.Tensor(a), to.Tensor(b)], [to.Tensor(y)],
        [
            ("transpose_a", transposeA), ("transpose_b", transposeB),
            ("a_zero", qa.ZeroPoint), ("b_zero", qb.ZeroPoint), ("y_zero", qy.ZeroPoint),
            ("mult", multipliers[0]), ("shift", shifts[0]), ("lo", lo), ("hi", hi),
        ]);
    }

    private static Shape Leading(Shape shape) => new([.. shape.Dims.SkipLast(2)]);

    private (int M, int K, int N) Sizes(Shape a, Shape b) => (a[TransposeA ? -1 : -2], a[TransposeA ? -2 : -1], b[TransposeB ? -2 : -1]);

    /// <summary>Which matrix of an operand belongs to matrix <paramref name="index"/> of the broadcast shape.</summary>
    private static int MatrixOf(Shape own, Shape batch, int index)
    {
        int result = 0;
        int stride = 1;
        for (int axis = 1; axis <= own.Rank; axis++)
        {
            result += own[-axis] == 1 ? 0 : index % batch[-axis] * stride;
            index /= batch[-axis];
            stride *= own[-axis];
        }

        return result;
    }

    private void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int m, int k, int n)
    {
        for (int i = 0; i < m; i++)
        {
            Span<float> row = y.Slice(i * n, n);
            for (int j = 0; j < n && TransposeB && !TransposeA; j++)
            {
                row[j] = WindowHelpers.Dot(a.Slice(i * k, k), b.Slice(j * k, k));
            }

            for (int c = 0; c < k && !TransposeB; c++)
            {
                WindowHelpers.MultiplyAdd(row, a[TransposeA ? c * m + i : i * k + c], b.Slice(c * n, n));
            }

            for (int j = 0; j < n && TransposeB && TransposeA; j++)
            {
                for (int c = 0; c < k; c++)
                {
                    row[j] += a[c * m + i] * b[j * k + c];
                }
            }
        }
    }
}
