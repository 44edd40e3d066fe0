using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Samples;

/// <summary>
/// How the bytes of a sample file become the real numbers a model takes: real = Scale * (value - Zero). Without a given
/// scale float32 is taken as it is and uint8 as pixels, value / 255.
/// </summary>
public sealed record SampleFormat
{
    public DType Type { get; init; } = DType.Float32;

    /// <summary>Null where it was not given.</summary>
    public float? Scale { get; init; }

    public int Zero { get; init; }

    /// <summary>Values of one record in the file; 0 means exactly one model input.</summary>
    public int RecordValues { get; init; }

    /// <summary>Values from one window to the next, where a record holds several overlapping model inputs; 0 for one.</summary>
    public int Stride { get; init; }

    /// <summary>Real numbers of values.</summary>
    public float[] ToReal(Tensor values)
    {
        if (Type == DType.Float32 && Scale is null)
        {
            return values.Floats;
        }

        float scale = Scale ?? (Type == DType.UInt8 ? 1f / 255 : throw new ArgumentException(
            $"{Type.ShortName()} samples need a scale and zero point to become real numbers; give --input-scale and --input-zero"));
        float[] real = new float[values.Count];
        for (int i = 0; i < real.Length; i++)
        {
            real[i] = scale * ((float)values.GetDouble(i) - Zero);
        }

        return real;
    }
}
