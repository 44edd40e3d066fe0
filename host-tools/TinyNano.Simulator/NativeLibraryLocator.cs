namespace TinyNano.Simulator;

/// <summary>
/// Finds what the native build has left under artifacts/native: the desk library and the emulator runners. Looked for in the folder
/// that TINYNANO_NATIVE names, beside the program, and in artifacts/native of the folders above the program and above
/// the current folder.
/// </summary>
public static class NativeLibraryLocator
{
    /// <summary>The file name of the desk library on this system.</summary>
    public static string LibraryName =>
        OperatingSystem.IsWindows() ? "tinynano.dll" : OperatingSystem.IsMacOS() ? "libtinynano.dylib" : "libtinynano.so";

    /// <summary>Full path of a file such as "host/libtinynano.so"; SimulatorException says how to build it when absent.</summary>
    public static string Find(string relative)
    {
        foreach (string folder in Folders())
        {
            string candidate = Path.GetFullPath(Path.Combine(folder, relative));
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new SimulatorException($"'{relative}' is not built; run `./build.sh build` (or set TINYNANO_NATIVE to the folder that holds it)");
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("TINYNANO_NATIVE") is { Length: > 0 } given)
        {
            yield return given;
        }

        yield return Path.Combine(AppContext.BaseDirectory, "native");
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                yield return Path.Combine(folder.FullName, "artifacts", "native");
            }
        }
    }
}

/// <summary>The simulator cannot do what was asked; the message says what to do.</summary>
public sealed class SimulatorException : Exception
{
    public SimulatorException(string message)
        : base(message)
    {
    }
}
