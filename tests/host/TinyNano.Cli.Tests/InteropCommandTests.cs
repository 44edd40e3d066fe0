using System.Text.Json;
using TinyNano.DeviceCompiler;

namespace TinyNano.Cli.Tests;

/// <summary>`tinynano lint` and `tinynano stubs`.</summary>
public sealed class InteropCommandTests : InTemporaryFolder
{
    private const string Externs = """
        using System.Reflection;
        using System.Runtime.CompilerServices;

        [assembly: AssemblyNativeVersion("1.2.3.4")]

        public static class Native
        {
            [MethodImpl(MethodImplOptions.InternalCall)]
            public static extern int A(int value);
        }
        """;

    [Fact]
    public void Lint_NamesRulePlaceAndCure()
    {
        Write("App.dll", DeviceSource.CompileForDesk("App", "class P { static int Go(int[,] a) { return checked(a[0, 1] + 1); } }"));
        Tool.Result result = Run("lint", "App.dll");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("""
            error TN7105: multi-dimensional array (Int32[,]): creating or indexing a multi-dimensional array kills the CLR
              in    App, P.Go
              hint  use an array of arrays, or one array and index arithmetic
            warning TN7201: checked arithmetic (add.ovf): checked does not throw on the device: an overflow wraps silently
              in    App, P.Go
              hint  compare before you compute
            checked     1 assembly   1 error   1 warning

            """, result.Out.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Lint_WarningsAlone_AreNoFailure_AndJsonSaysTheSame()
    {
        Write("App.dll", DeviceSource.CompileForDesk("App", "class P { static int Go(int a) { return checked(a + 1); } }"));
        Tool.Result result = Run("lint", "--json", "App.dll");
        Assert.Equal(0, result.ExitCode);
        JsonElement root = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal(1, root.GetProperty("warnings").GetInt32());
        JsonElement finding = root.GetProperty("findings")[0];
        Assert.Equal("TN7201", finding.GetProperty("id").GetString());
        Assert.Equal("warning", finding.GetProperty("severity").GetString());
        Assert.Equal("P", finding.GetProperty("type").GetString());
        Assert.Equal("Go", finding.GetProperty("method").GetString());
    }

    [Fact]
    public void Lint_SomethingElse_IsRefused()
    {
        Write("App.pe", [1, 2, 3, 4]);
        Tool.Result result = Run("lint", "App.pe");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("'App.pe' is not a .NET assembly", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, Run("lint").ExitCode);
        Assert.Equal(1, Run("lint", "nowhere.dll").ExitCode);
    }

    [Fact]
    public void Stubs_WriteThenCheck()
    {
        Write("Toy.Dll.dll", DeviceSource.Compile("Toy.Dll", [Externs]));
        Assert.Equal(1, Run("stubs", "--check", "--out", "native", "Toy.Dll.dll").ExitCode);
        Assert.False(Directory.Exists(Path.Combine(Folder, "native")));

        Assert.Equal(0, Run("stubs", "--out", "native", "Toy.Dll.dll").ExitCode);
        Assert.Equal(0, Run("stubs", "--check", "--out", "native", "Toy.Dll.dll").ExitCode);
        Assert.Contains("{ 1, 2, 3, 4 }", File.ReadAllText(Path.Combine(Folder, "native", "Toy_Dll.cpp")), StringComparison.Ordinal);

        Write("Toy.Dll.dll", DeviceSource.Compile("Toy.Dll", [Externs.Replace("int value", "byte value", StringComparison.Ordinal)]));
        Tool.Result stale = Run("stubs", "--check", "--out", "native", "Toy.Dll.dll");
        Assert.Equal(1, stale.ExitCode);
        Assert.Contains("Toy_Dll.h and Toy_Dll.cpp are not what Toy.Dll asks for", stale.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_KnowsLintRules() => Assert.Contains("device code", Run("explain", "TN7301").Out, StringComparison.Ordinal);

    private void Write(string file, byte[] bytes) => File.WriteAllBytes(Path.Combine(Folder, file), bytes);
}
