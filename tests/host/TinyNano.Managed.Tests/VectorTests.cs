using TinyNano.Compiler;
using TinyNano.Inference;
using TinyNano.Managed.Tests.Engines;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Managed.Tests;

/// <summary>
/// The golden numbers of tests/vectors through every engine. Cases of int8 must run and give the bytes of the C runtime, which the
/// simulator's tests compare with the numbers; others may be refused for the operator or the type.
/// </summary>
public sealed class VectorTests
{
    private const int Int8Only = 1;

    private readonly ITestOutputHelper _output;

    public VectorTests(ITestOutputHelper output) => _output = output;

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Path.Combine(SharedData.ProjectRoot, "tests", "vectors"), "*.json")
        .Order(StringComparer.Ordinal).Select(f => Path.GetFileNameWithoutExtension(f))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Case_GivesTheBytesOfTheRuntime(string op)
    {
        int ran = 0;
        int refused = 0;
        List<string> failures = [];
        foreach (VectorCase item in VectorFile.Read(Path.Combine(SharedData.ProjectRoot, "tests", "vectors", op + ".json")).Cases)
        {
            byte[] blob = BlobCompiler.Compile(item.Graph).Blob;
            byte[][] records = [.. Enumerable.Range(0, item.Runs).Select(run => Record(item, run))];
            try
            {
                if (TestEngines.FirstDifference(blob, records) is string difference)
                {
                    failures.Add($"{item.Name}: {difference}");
                }

                ran++;
            }
            catch (RefusedException e) when (e.Status is InferenceStatus.Op or InferenceStatus.Type && BitConverter.ToUInt16(blob, 30) != Int8Only)
            {
                refused++;
            }
            catch (RefusedException e)
            {
                failures.Add($"{item.Name}: refused: {e.Message}");
            }
        }

        _output.WriteLine($"{op}: {ran} ran, {refused} are of other types");
        Assert.True(failures.Count == 0, $"{failures.Count} failed\n{string.Join("\n", failures)}");
    }

    private static byte[] Record(VectorCase item, int run) =>
        [.. item.Graph.Inputs.SelectMany((_, i) => VectorCase.OfRun(item.Inputs, item.Graph.Inputs, i, run).ToBytes())];
}
