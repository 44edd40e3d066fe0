using System.Text.Json;
using TinyNano.TestKit;

namespace TinyNano.Cli.Tests;

/// <summary>What a user types, what he gets: results, messages, exit codes.</summary>
public sealed class CommandTests : InTemporaryFolder
{
    private static readonly string Assets = Path.Combine(SharedData.ProjectRoot, "host-tools", "TinyNano.Demo", "assets");
    private static readonly string Smallest = Path.Combine(SharedData.ProjectRoot, "tests", "golden", "smallest.tnb");

    [Fact]
    public void Run_WritesTheOutputsOfEveryRecord()
    {
        File.WriteAllBytes(Path.Combine(Folder, "in"), [5, 255, 3, 3]);
        Tool.Result result = Run("run", Smallest, "--input", "in", "--output", "out", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([3, 247, 1, 254], File.ReadAllBytes(Path.Combine(Folder, "out")));
        Assert.Equal(2, JsonDocument.Parse(result.Out).RootElement.GetProperty("records").GetInt32());
    }

    [Fact]
    public void Run_OnAnEmulatedCore_GivesTheSameBytesAndCounts()
    {
        File.WriteAllBytes(Path.Combine(Folder, "in"), [5, 255, 3, 3]);
        Tool.Result result = Run("run", Smallest, "--input", "in", "--output", "out", "--on", "cortex-m4", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([3, 247, 1, 254], File.ReadAllBytes(Path.Combine(Folder, "out")));
        Assert.InRange(JsonDocument.Parse(result.Out).RootElement.GetProperty("instructionsPerRun").GetInt64(), 100, 5000);
    }

    [Fact]
    public void Run_WithHalfARecord_SaysHowLongOneIs()
    {
        File.WriteAllBytes(Path.Combine(Folder, "in"), [5, 255, 3]);
        Tool.Result result = Run("run", Smallest, "--input", "in", "--output", "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("records of 2 bytes", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_SameInput_SameBytes()
    {
        string[] Arguments(string output) =>
        [
            "compile", Path.Combine(Assets, "fashion_v1.onnx"), "-o", output, "--samples", Path.Combine(Assets, "fashion_calibration_256.bin.gz"),
            "--input-type", "uint8", "--samples-every", "8", "--json",
        ];
        Tool.Result first = Run(Arguments("a.tnb"));
        Assert.Equal(0, first.ExitCode);
        Assert.Equal("int8", JsonDocument.Parse(first.Out).RootElement.GetProperty("types").GetString());
        Run(Arguments("b.tnb"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, "a.tnb")), File.ReadAllBytes(Path.Combine(Folder, "b.tnb")));
    }

    [Fact]
    public void Compile_FloatModelWithoutSamples_StaysFloatAndSaysSo()
    {
        Tool.Result result = Run("compile", Path.Combine(Assets, "fashion_v1.onnx"), "-o", "f.tnb");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning TN3103", result.Error, StringComparison.Ordinal);
        Assert.Contains("float32", result.Out, StringComparison.Ordinal);
        Assert.Equal(0, Run("verify", "f.tnb").ExitCode);
    }

    [Fact]
    public void Compile_DamagedModel_IsOneClearError()
    {
        byte[] model = File.ReadAllBytes(Path.Combine(Assets, "fashion_v1.onnx"));
        File.WriteAllBytes(Path.Combine(Folder, "half.onnx"), model[..(model.Length / 2)]);
        Tool.Result result = Run("compile", "half.onnx", "-o", "x.tnb");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error TN12", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Folder, "x.tnb")));
    }

    [Fact]
    public void Verify_ChangedBlob_IsRefused()
    {
        byte[] blob = File.ReadAllBytes(Smallest);
        blob[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(Folder, "bad.tnb"), blob);
        Tool.Result result = Run("verify", "bad.tnb");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("TN5001", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("compile")]
    [InlineData("run", "x.tnb", "--input", "y")]
    [InlineData("compile", "m.onnx", "-o", "x", "--quantize", "int3")]
    public void WrongCommandLine_IsExit2(params string[] arguments) => Assert.Equal(2, Run(arguments).ExitCode);

    [Fact]
    public void MissingFile_IsExit1() => Assert.Equal(1, Run("compile", "nowhere.onnx", "-o", "x.tnb").ExitCode);

    [Fact]
    public void Explain_KnowsStatusesAndDiagnostics()
    {
        Assert.Contains("arena too small", Run("explain", "-7").Out, StringComparison.Ordinal);
        Assert.Contains("TN1301", Run("explain", "TN1301").Out, StringComparison.Ordinal);
        Assert.Equal(1, Run("explain", "-99").ExitCode);
    }

    [Fact]
    public void Plan_DrawsAPicture()
    {
        Tool.Result result = Run("plan", Smallest, "--svg", "plan.svg", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(0, JsonDocument.Parse(result.Out).RootElement.GetProperty("gap").GetInt32());
        Assert.StartsWith("<svg", File.ReadAllText(Path.Combine(Folder, "plan.svg")), StringComparison.Ordinal);
    }
}
