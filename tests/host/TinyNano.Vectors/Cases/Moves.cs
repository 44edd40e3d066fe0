using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>What cases of data movement share: inputs over the whole range of their type, seeded by the name of the case.</summary>
internal static class Moves
{
    /// <summary>Some quantisation for int8 and int16, none for other types.</summary>
    public static Quantization? Quantized(DType type) => type switch
    {
        DType.Int8 => new Quantization(0.125f, -3),
        DType.Int16 => new Quantization(0.0009765625f, 0),
        _ => null,
    };

    /// <summary>A case from the outputs that <paramref name="build"/> returns.</summary>
    public static CaseSpec Finish(string device, string name, Func<GraphBuilder, IReadOnlyList<Value>> build)
    {
        GraphBuilder b = new(name);
        b.Output(build(b));
        Seeded random = new(Seed(device + name));
        return new CaseSpec(device, name, b.Graph, [.. b.Graph.Inputs.Select(v => random.Tensor(v.DType, v.Shape))]);
    }

    /// <summary>A case that expects the meaning of its graph; it goes into a file of its own.</summary>
    public static CaseSpec Meaning(string device, string name, Func<GraphBuilder, Value> build)
    {
        CaseSpec spec = Finish(device, name, b => [build(b)]);
        return CaseSpec.FromMeaning(device + "_meaning", name, spec.Graph, spec.Inputs);
    }

    /// <summary>An int8 or int16 tensor of given numbers.</summary>
    public static Tensor Integers(DType type, Shape shape, int[] numbers) => type == DType.Int8
        ? Tensor.Of(shape, [.. numbers.Select(n => checked((sbyte)n))])
        : Tensor.Of(shape, [.. numbers.Select(n => checked((short)n))]);

    /// <summary>The same for the same text on every machine.</summary>
    public static ulong Seed(string text)
    {
        ulong seed = 14695981039346656037;
        foreach (char c in text)
        {
            seed = (seed ^ c) * 1099511628211;
        }

        return seed;
    }
}
