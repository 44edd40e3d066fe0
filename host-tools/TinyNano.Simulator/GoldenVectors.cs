using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;

namespace TinyNano.Simulator;

/// <summary>Gives a compiled model the golden vectors with which a device proves itself.</summary>
public static class GoldenVectors
{
    private const int Count = 2;
    private const int MostFloatBytes = 4096;

    /// <summary>
    /// The model with vectors computed by the C runtime on this computer. A model whose float outputs are larger than 4 KB gets
    /// none, as they would be stored whole.
    /// </summary>
    public static CompiledModel Add(CompiledModel model, BlobOptions options)
    {
        bool floats = model.Schedule.Outputs.Any(o => o.Tensor.DType == DType.Float32);
        if (floats && model.Schedule.Outputs.Sum(o => o.Tensor.Bytes) > MostFloatBytes)
        {
            return model.With(options);
        }

        using HostModel host = new(model.Blob);
        List<GoldenVector> vectors = [];
        for (uint seed = 1; seed <= (floats ? 1u : Count); seed++)
        {
            // The generator's state is the seed with its lowest bit set: odd seeds stay distinct.
            uint odd = seed * 0x9E3779B9u | 1u;
            byte[] outputs = host.RunSeeded(odd);
            vectors.Add(new GoldenVector(odd, BlobFormat.Crc32(outputs), floats ? outputs : null));
        }

        return model.With(options with { Golden = vectors });
    }
}
