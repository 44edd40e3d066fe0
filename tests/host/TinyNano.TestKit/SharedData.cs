using Xunit;

namespace TinyNano.TestKit;

/// <summary>
/// Real models and recordings that do not belong to the project: the folder that TINYNANO_DATA names, or ../shared/data
/// beside the project. Tests that need them are marked <see cref="SharedFactAttribute"/> or
/// <see cref="SharedTheoryAttribute"/> and skip with a reason where they are absent.
/// </summary>
public static class SharedData
{
    /// <summary>The root folder of the project, the one with TinyNano.sln.</summary>
    public static string ProjectRoot { get; } = FindProject();

    /// <summary>The folder, or null.</summary>
    public static string? Root { get; } = Find();

    public static string? SkipReason => Root is null ? "shared test data is absent: neither TINYNANO_DATA nor ../shared/data is a folder" : null;

    /// <summary>The path of a file under the folder.</summary>
    public static string File(params string[] parts) =>
        Path.Combine([Root ?? throw new InvalidOperationException(SkipReason), .. parts]);

    private static string? Find()
    {
        string folder = Environment.GetEnvironmentVariable("TINYNANO_DATA") is { Length: > 0 } named ? named
            : Path.Combine(ProjectRoot, "..", "shared", "data");
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    private static string FindProject()
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
        {
            for (DirectoryInfo? at = new(start); at is not null; at = at.Parent)
            {
                if (System.IO.File.Exists(Path.Combine(at.FullName, "TinyNano.sln")))
                {
                    return at.FullName;
                }
            }
        }

        return Directory.GetCurrentDirectory();
    }
}

/// <summary>A fact that needs <see cref="SharedData"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.SkipReason;
}

/// <summary>A theory that needs <see cref="SharedData"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedData.SkipReason;
}
