using System.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.TestKit;
using TinyNano.TestKit.Writing;

namespace TinyNano.Vectors;

/// <summary>
/// A program that is called as RUNNER MODEL.tflite IN.bin OUT.bin: all inputs of a record in the model's order, records
/// one after another, little-endian; outputs likewise.
/// </summary>
public sealed class Reference
{
    private readonly string _runner;

    public Reference(string runner) => _runner = runner;

    /// <summary>The case with the reference's outputs; InvalidOperationException with its message where it fails.</summary>
    public VectorCase Run(CaseSpec spec)
    {
        string folder = Directory.CreateTempSubdirectory("vectors").FullName;
        try
        {
            string model = Path.Combine(folder, "model.tflite");
            string input = Path.Combine(folder, "in.bin");
            string output = Path.Combine(folder, "out.bin");
            VectorCase empty = new(spec.Name, spec.Graph, spec.Inputs, []);
            File.WriteAllBytes(model, TFLiteWriter.Write(spec.Graph));
            File.WriteAllBytes(input, Records(empty));
            Start(model, input, output);
            return empty with { Outputs = Split(spec.Graph, empty.Runs, File.ReadAllBytes(output)) };
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static byte[] Records(VectorCase item)
    {
        List<byte> bytes = [];
        for (int run = 0; run < item.Runs; run++)
        {
            for (int i = 0; i < item.Graph.Inputs.Count; i++)
            {
                bytes.AddRange(VectorCase.OfRun(item.Inputs, item.Graph.Inputs, i, run).ToBytes());
            }
        }

        return [.. bytes];
    }

    private static Tensor[] Split(Graph graph, int runs, byte[] bytes)
    {
        int record = graph.Outputs.Sum(v => v.Shape.Count * v.DType.Size());
        if (bytes.Length != runs * record)
        {
            throw new InvalidOperationException($"the reference gave {bytes.Length} bytes, expected {runs} records of {record}");
        }

        List<Tensor> tensors = [];
        int start = 0;
        foreach (Value value in graph.Outputs)
        {
            int size = value.Shape.Count * value.DType.Size();
            byte[] all = [.. Enumerable.Range(0, runs).SelectMany(run => bytes.AsSpan(run * record + start, size).ToArray())];
            Shape shape = runs == 1 ? value.Shape : new Shape([runs, .. value.Shape.Dims]);
            tensors.Add(Tensor.FromBytes(value.DType, shape, all));
            start += size;
        }

        return [.. tensors];
    }

    private void Start(string model, string input, string output)
    {
        ProcessStartInfo start = new(_runner, [model, input, output]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{_runner} does not start");
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"the reference refused: {errors.Trim()} {said.Result.Trim()}");
        }
    }
}
