using System.Diagnostics;
using TinyNano.Simulator;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Starts the command line as a process of its own.</summary>
internal static class Tool
{
    public static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "tinynano.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TINYNANO_NATIVE"] = Path.GetDirectoryName(Path.GetDirectoryName(
            NativeLibraryLocator.Find("host/" + NativeLibraryLocator.LibraryName)))!;
        return Process.Start(start)!;
    }

    public static (int ExitCode, string Out, string Error) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
