using System.Text.Json;
using TinyNano.TestKit;

namespace TinyNano.Cli.Tests;

public sealed class GateAndFleetTests : InTemporaryFolder
{
    private static readonly string s_assets = Path.Combine(SharedData.ProjectRoot, "host-tools", "TinyNano.Demo", "assets");

    // From the better model to the smaller one: less RAM and flash, less accuracy.
    [Fact]
    public void Gate_StopsAWorseModel_AndPassesTheSame()
    {
        string old = Compile("fashion_v2", "old.tnb"), now = Compile("fashion_v1", "new.tnb");
        string[] common = ["--samples", Path.Combine(s_assets, "fashion_test_1000.bin.gz"), "--input-type", "uint8", "--labels", Path.Combine(s_assets, "fashion_test_1000.csv"), "--json"];
        Tool.Result worse = Run(["gate", "--baseline", old, "--candidate", now, "--markdown", "gate.md", .. common]);
        Assert.Equal(1, worse.ExitCode);
        JsonElement checks = JsonDocument.Parse(worse.Out).RootElement.GetProperty("checks");
        Assert.Equal(["accuracy"], checks.EnumerateArray().Where(c => !c.GetProperty("passes").GetBoolean()).Select(c => c.GetProperty("name").GetString()));
        Assert.Contains("Model gate: failed", File.ReadAllText(Path.Combine(Folder, "gate.md")), StringComparison.Ordinal);
        Assert.Equal(1, Run(["gate", "--baseline", now, "--candidate", old, .. common]).ExitCode);
        Assert.Equal(0, Run(["gate", "--baseline", now, "--candidate", now, "--min-agreement", "100", .. common]).ExitCode);
    }

    [Fact]
    public void Reference_IsShownByInspect_AndKnownToTheFleet()
    {
        string blob = Compile("fashion_v1", "v1.tnb");
        JsonElement reference = JsonDocument.Parse(Run("inspect", blob, "--json").Out).RootElement.GetProperty("reference");
        Assert.Equal(256, reference.GetProperty("samples").GetInt32());
        Assert.Equal(256, reference.GetProperty("confidence").EnumerateArray().Sum(c => c.GetInt32()));
        Assert.Equal(4, reference.GetProperty("features").GetArrayLength());
        Assert.Contains("reference   confidence", Run("inspect", blob).Out, StringComparison.Ordinal);
        Assert.Equal(0, Run("fleet", "add-model", blob, "--db", "sqlite:fleet.db").ExitCode);
        Assert.Equal("[]", Run("fleet", "list", "--db", "sqlite:fleet.db", "--json").Out.Trim());
        Assert.Equal(0, Run("fleet", "drift", "--fail", "--db", "sqlite:fleet.db").ExitCode);
        Tool.Result unknown = Run("fleet", "show", "nobody", "--db", "sqlite:fleet.db");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("TN6502", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("tinynano_device_online", Run("fleet", "export", "metrics", "--db", "sqlite:fleet.db").Out, StringComparison.Ordinal);
    }

    private string Compile(string model, string output)
    {
        Tool.Result result = Run("compile", Path.Combine(s_assets, model + ".onnx"), "-o", output, "--samples", Path.Combine(s_assets, "fashion_calibration_256.bin.gz"), "--input-type", "uint8");
        Assert.True(result.ExitCode == 0, result.Error);
        return output;
    }
}
