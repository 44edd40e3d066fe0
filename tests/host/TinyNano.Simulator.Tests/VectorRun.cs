using TinyNano.Compiler;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Simulator.Tests;

/// <summary>Runs a golden case and compares: integers exactly, floats within 1e-5 of the larger of 1 and the magnitude.</summary>
internal static class VectorRun
{
    public static string Folder { get; } = Path.Combine(SharedData.ProjectRoot, "tests", "vectors");

    public static byte[] OnHost(VectorCase item)
    {
        using HostModel model = new(BlobCompiler.Compile(item.Graph).Blob);
        List<byte> outputs = [];
        for (int run = 0; run < item.Runs; run++)
        {
            outputs.AddRange(model.Run(Record(item, run)));
        }

        return [.. outputs];
    }

    /// <summary>The inputs of one run as the bytes of a record.</summary>
    public static byte[] Record(VectorCase item, int run) =>
        [.. item.Graph.Inputs.SelectMany((_, i) => VectorCase.OfRun(item.Inputs, item.Graph.Inputs, i, run).ToBytes())];

    /// <summary>The first number that differs, as a sentence; null where all agree.</summary>
    public static string? FirstDifference(VectorCase item, byte[] outputs)
    {
        int at = 0;
        for (int run = 0; run < item.Runs; run++)
        {
            for (int i = 0; i < item.Graph.Outputs.Count; i++)
            {
                Tensor expected = VectorCase.OfRun(item.Outputs, item.Graph.Outputs, i, run);
                int bytes = expected.Count * expected.DType.Size();
                Tensor actual = Tensor.FromBytes(expected.DType, expected.Shape, outputs.AsSpan(at, bytes));
                at += bytes;
                for (int k = 0; k < expected.Count; k++)
                {
                    if (!Same(expected, actual, k))
                    {
                        return $"run {run}, output {i} [{k}]: expected {expected.GetDouble(k):R}, got {actual.GetDouble(k):R}";
                    }
                }
            }
        }

        return at == outputs.Length ? null : $"{outputs.Length} bytes instead of {at}";
    }

    private static bool Same(Tensor expected, Tensor actual, int k)
    {
        if (expected.DType != DType.Float32)
        {
            return expected.GetInteger(k) == actual.GetInteger(k);
        }

        float x = expected.Floats[k];
        float y = actual.Floats[k];
        return x.Equals(y) || (float.IsNaN(x) && float.IsNaN(y)) || MathF.Abs(x - y) <= 1e-5f * Math.Max(1, MathF.Abs(x));
    }
}
