using System.Text.Json;
using TinyNano.Compiler;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace TinyNano.Simulator.Tests;

/// <summary>The 52 small models over many operators: outputs as TensorFlow Lite Micro's, integers exactly, floats within 1e-5.</summary>
public sealed class ExtraModelTests
{
    private readonly ITestOutputHelper _output;

    public ExtraModelTests(ITestOutputHelper output) => _output = output;

    [SharedFact]
    public void EveryModel_GivesGoldenOutputs_OrIsRefusedByOperator()
    {
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(SharedData.File("extra", "index.json")));
        int passed = 0;
        List<string> failures = [];
        foreach (JsonElement model in index.RootElement.GetProperty("models").EnumerateArray())
        {
            string file = model.GetProperty("file").GetString()!;
            try
            {
                string? difference = Run(model, file);
                passed += difference is null ? 1 : 0;
                if (difference is not null)
                {
                    failures.Add($"{file}: {difference}");
                }
            }
            catch (CompileException e)
            {
                failures.Add($"{file}: refused: {e.Message}");
            }
            catch (Exception e) when (e is DeviceException or InvalidOperationException)
            {
                failures.Add($"{file}: {e.GetType().Name}: {e.Message}");
            }
        }

        _output.WriteLine($"{passed} models match");
        Assert.True(failures.Count == 0, $"{passed} match\n{string.Join("\n", failures)}");
    }

    private static string? Run(JsonElement entry, string file)
    {
        CompiledModel compiled = ImportedModels.Compile(SharedData.File(file.Split('/')));
        using HostModel model = new(compiled.Blob);
        string[] golden = [.. entry.GetProperty("golden").EnumerateArray().Select(e => e.GetString()!)];
        byte[] inputs = File.ReadAllBytes(SharedData.File("extra", "golden", golden[0]));
        byte[] expected = File.ReadAllBytes(SharedData.File("extra", "golden", golden[1]));
        byte[] actual = [.. inputs.Chunk(model.RecordBytes).SelectMany(record => model.Run(record))];
        return expected.Length != actual.Length ? $"{actual.Length} bytes instead of {expected.Length}" : FirstDifference(compiled.Schedule, expected, actual);
    }

    private static string? FirstDifference(Schedule schedule, byte[] expected, byte[] actual)
    {
        for (int at = 0; at < expected.Length;)
        {
            foreach (DeviceTensor tensor in schedule.Outputs.Select(o => o.Tensor))
            {
                Tensor want = Tensor.FromBytes(tensor.DType, tensor.Shape, expected.AsSpan(at, tensor.Bytes));
                Tensor got = Tensor.FromBytes(tensor.DType, tensor.Shape, actual.AsSpan(at, tensor.Bytes));
                at += tensor.Bytes;
                for (int i = 0; i < want.Count; i++)
                {
                    double x = want.GetDouble(i);
                    double y = got.GetDouble(i);
                    double tolerance = tensor.DType == DType.Float32 ? 1e-5 * Math.Max(Math.Abs(x), 1e-3) : 0;
                    if (!(x.Equals(y) || Math.Abs(x - y) <= tolerance))
                    {
                        return $"[{i}]: expected {x:R}, got {y:R}";
                    }
                }
            }
        }

        return null;
    }
}
