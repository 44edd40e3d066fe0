using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// y = scale * (x - mean) / sqrt(variance + Epsilon) + offset along the last axis. Inputs x, scale [C], offset [C], mean [C], variance [C].
/// </summary>
public sealed record BatchNorm(float Epsilon) : Op
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs)
    {
        TensorType x = inputs.Need(0, "x");
        OpHelpers.Check(x.DType == DType.Float32, $"x is {x.DType.ShortName()}, expected f32");
        string[] names = ["x", "scale", "offset", "mean", "variance"];
        for (int i = 1; i < names.Length; i++)
        {
            TensorType p = inputs.Need(i, names[i]);
            OpHelpers.Check(x.Shape.Rank >= 1 && p.Shape.Count == x.Shape[-1],
                $"{names[i]} {p.Shape} does not fit x {x.Shape}; expected one number for each index of the last axis");
        }

        return [new TensorType(x.DType, x.Shape)];
    }

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        float[] y = new float[x.Count];
        (float[] scale, float[] offset) = Affine(inputs.Need(1).Floats, inputs.Need(2).Floats, inputs.Need(3).Floats, inputs.Need(4).Floats);
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i % scale.Length;
            y[i] = x.Floats[i] * scale[channel] + offset[channel];
        }

        return [Tensor.Of(x.Shape, y)];
    }

    /// <summary>The same function as y = x * Scale + Offset per channel, computed in double.</summary>
    public (float[] Scale, float[] Offset) Affine(float[] scale, float[] offset, float[] mean, float[] variance)
    {
        float[] slope = new float[scale.Length];
        float[] shift = new float[scale.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = scale[c] / Math.Sqrt((double)variance[c] + Epsilon);
            slope[c] = (float)factor;
            shift[c] = (float)(offset[c] - mean[c] * factor);
        }

        return (slope, shift);
    }
}
