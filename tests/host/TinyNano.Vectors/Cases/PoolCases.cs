using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>AVERAGE_POOL_2D and MAX_POOL_2D: int8, int16, float; strides, SAME padding, whole-input windows, activations, batches.</summary>
public sealed class PoolCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (DType type in new[] { DType.Int8, DType.Int16, DType.Float32 })
        {
            foreach (bool average in new[] { true, false })
            {
                yield return Pool(average, type, "2x2_stride2", [2, 4, 6, 3], [2, 2], [2, 2], same: false, Clamp.None);
                yield return Pool(average, type, "3x3_same", [1, 5, 4, 5], [3, 3], [1, 1], same: true, Clamp.None);
                yield return Pool(average, type, "3x2_same_stride2x3", [1, 6, 8, 2], [3, 2], [2, 3], same: true, Clamp.Relu6);
                yield return Pool(average, type, "whole_input", [1, 5, 7, 6], [5, 7], [1, 1], same: false, Clamp.ReluN1To1);
                yield return Pool(average, type, "window_larger_than_input", [1, 3, 4, 5], [4, 6], [1, 1], same: true, Clamp.None);
            }
        }
    }

    private static CaseSpec Pool(bool average, DType type, string name, int[] shape, int[] filter, int[] stride, bool same, Clamp clamp)
    {
        string fullName = $"{type.ShortName()}_{name}";
        Seeded random = new((ulong)fullName.Length * 77 + (average ? 1u : 0u));
        (int top, int bottom) = same ? ConvolutionCases.Pads(shape[1], filter[0], stride[0], 1) : (0, 0);
        (int left, int right) = same ? ConvolutionCases.Pads(shape[2], filter[1], stride[1], 1) : (0, 0);
        Op op = average
            ? new AveragePool2D(filter[0], filter[1], stride[0], stride[1], top, bottom, left, right, false, clamp)
            : new MaxPool2D(filter[0], filter[1], stride[0], stride[1], 1, 1, top, bottom, left, right, clamp);
        Quantization? q = Quantized(type);
        GraphBuilder b = new(fullName);
        b.Output(b.Op(op, "y", q, b.Input("x", type, shape, q)));
        Tensor x = type == DType.Float32 ? random.Tensor(type, new Shape(shape), -9, 9) : random.Tensor(type, new Shape(shape));
        return new CaseSpec(average ? "average_pool_2d" : "max_pool_2d", fullName, b.Graph, [x]);
    }

    internal static Quantization? Quantized(DType type) => type switch
    {
        DType.Int8 => new Quantization(0.07f, -11),
        DType.Int16 => new Quantization(0.0004f, 0),
        _ => null,
    };
}
