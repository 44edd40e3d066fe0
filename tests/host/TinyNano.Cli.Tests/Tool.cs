using System.Diagnostics;

namespace TinyNano.Cli.Tests;

/// <summary>Runs the command line as a user does, as a process of its own.</summary>
internal static class Tool
{
    public sealed record Result(int ExitCode, string Out, string Error);

    public static Result Run(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "tinynano.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Where the test finds the native build, the tool in its temporary folder must find it too.
        start.Environment["TINYNANO_NATIVE"] = Path.GetDirectoryName(Path.GetDirectoryName(
            Simulator.NativeLibraryLocator.Find("host/" + Simulator.NativeLibraryLocator.LibraryName)))!;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Result(process.ExitCode, output, error.Result);
    }
}

/// <summary>A folder that goes away with the test.</summary>
public abstract class InTemporaryFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("tinynano-test-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal Tool.Result Run(params string[] arguments) => Tool.Run(Folder, arguments);
}
