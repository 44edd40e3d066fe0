namespace TinyNano.Fleet.Tests;

/// <summary>A fact that needs programs of this computer, or files; skipped with a reason where one is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] tools)
    {
        if (tools.FirstOrDefault(t => !Exists(t)) is string absent)
        {
            Skip = $"{absent} is not on this computer";
        }
    }

    private static bool Exists(string tool) => Path.IsPathRooted(tool) ? File.Exists(tool)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}

/// <summary>A fact that needs the shell of a Unix.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "the commands are for a Unix shell" : null;
}
