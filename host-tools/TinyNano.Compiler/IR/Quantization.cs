namespace TinyNano.Compiler.IR;

/// <summary>
/// Affine quantisation: real = scale * (q - zero). One scale for the whole tensor, or one for each index of
/// <see cref="Axis"/> (weights per channel). Scales are float32 as TFLite stores them.
/// </summary>
public sealed class Quantization
{
    public Quantization(float scale, int zeroPoint)
        : this([scale], [zeroPoint], 0)
    {
    }

    public Quantization(float[] scales, int[] zeroPoints, int axis)
    {
        if (scales.Length == 0 || zeroPoints.Length != scales.Length)
        {
            throw new ArgumentException($"{scales.Length} scales and {zeroPoints.Length} zero points; expected as many of each, at least one");
        }

        foreach (float scale in scales)
        {
            if (!(scale > 0) || float.IsInfinity(scale))
            {
                throw new ArgumentException($"quantisation scale {scale}: expected a positive finite number");
            }
        }

        Scales = scales;
        ZeroPoints = zeroPoints;
        Axis = axis;
    }

    public float[] Scales { get; }

    public int[] ZeroPoints { get; }

    /// <summary>The quantised dimension where <see cref="PerChannel"/>; 0 otherwise.</summary>
    public int Axis { get; }

    public bool PerChannel => Scales.Length > 1;

    /// <summary>The scale of a per-tensor quantisation.</summary>
    public float Scale => PerChannel ? throw new InvalidOperationException("a per-channel quantisation has no single scale") : Scales[0];

    /// <summary>The zero point of a per-tensor quantisation.</summary>
    public int ZeroPoint => PerChannel ? throw new InvalidOperationException("a per-channel quantisation has no single zero point") : ZeroPoints[0];

    public bool SameAs(Quantization? other) =>
        other is not null && Scales.AsSpan().SequenceEqual(other.Scales) && ZeroPoints.AsSpan().SequenceEqual(other.ZeroPoints)
        && (!PerChannel || Axis == other.Axis);
}
