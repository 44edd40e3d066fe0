using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Targets;

namespace TinyNano.Simulator;

/// <summary>Gives a compiled model the golden vectors with which a device proves itself.</summary>
public static class GoldenVectors
{
    private const int Count = 2;
    private const int MostFloatBytes = 4096;

    /// <summary>Compiles for a target. The vectors are those of the portable blob on this computer: every target gives the same bytes.</summary>
    public static CompiledModel Compile(Graph graph, BlobOptions options, Target? target = null)
    {
        CompiledModel portable = BlobCompiler.Compile(graph, options);
        CompiledModel model = target is null || target == Target.Portable ? portable : BlobCompiler.Compile(graph, options, target);
        return model.With(options with { Golden = Of(portable) });
    }

    // A model whose float outputs are larger than 4 KB gets no vectors, as they would be stored whole.
    private static List<GoldenVector> Of(CompiledModel model)
    {
        List<GoldenVector> vectors = [];
        bool floats = model.Schedule.Outputs.Any(o => o.Tensor.DType == DType.Float32);
        if (floats && model.Schedule.Outputs.Sum(o => o.Tensor.Bytes) > MostFloatBytes)
        {
            return vectors;
        }

        using HostModel host = new(model.Blob);
        for (uint seed = 1; seed <= (floats ? 1u : Count); seed++)
        {
            // The generator's state is the seed with its lowest bit set: odd seeds stay distinct.
            uint odd = seed * 0x9E3779B9u | 1u;
            byte[] outputs = host.RunSeeded(odd);
            vectors.Add(new GoldenVector(odd, BlobFormat.Crc32(outputs), floats ? outputs : null));
        }

        return vectors;
    }
}
