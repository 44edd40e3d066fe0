using System.Diagnostics;

namespace TinyNano.Surface.Tests;

/// <summary>tinynano-nfbuild as a user starts it: results on standard output, exit codes 0, 1 and 2.</summary>
public sealed class NanoBuildProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Compile_WritesTheAssembly()
    {
        _folder.Write("Low/Code.cs", "public class C { public static void Main() { System.Console.WriteLine(\"x\"); } }");
        string project = SampleProjects.Add(_folder, "Low", "<Compile Include=\"Code.cs\" />", "<OutputType>Exe</OutputType>");
        (int code, string output, string error) = await RunAsync("compile", project, "-o", Path.Combine(_folder.Path, "out"));
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("compiled    Low", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "out", "Low", "Low.exe")));
    }

    [Fact]
    public async Task WrongProject_IsRefused()
    {
        string code = _folder.Write("Low/Code.cs", "public class C { decimal _x; }");
        string project = SampleProjects.Add(_folder, "Low", "<Compile Include=\"Code.cs\" />");
        (int exit, string output, string error) = await RunAsync("compile", project);
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith($"{code}(1): error CS0518", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongCommandLine_IsUsage() => Assert.Equal(2, (await RunAsync("compile")).Code);

    [Fact]
    public async Task List_PrintsWhatAListBeginsWith()
    {
        Compiled.Surface.Save(_folder.Path);
        string assembly = Path.Combine(_folder.Path, "System.Device.Adc.dll");
        (int code, string output, _) = await RunAsync("list", assembly, "--package", "nanoFramework.System.Device.Adc 1.1.24", "--source", "nanoframework/System.Device.Adc a5c8495 2025-11-06");
        Assert.Equal(0, code);
        Assert.Equal(await File.ReadAllTextAsync(Compiled.Surface.Find("System.Device.Adc")!.List.File), output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "tinynano-nfbuild.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
