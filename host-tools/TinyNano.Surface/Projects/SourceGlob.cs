namespace TinyNano.Surface.Projects;

/// <summary>Finds sources by pattern, and the file that was meant where only the case of a name is wrong.</summary>
internal static class SourceGlob
{
    /// <summary>`folder/*.cs` or `folder/**/*.cs`, in a stable order; bin and obj are left out, as MSBuild's own defaults do.</summary>
    public static IReadOnlyList<string> Find(string folder, string pattern)
    {
        bool deep = pattern.Contains("**", StringComparison.Ordinal);
        int cut = pattern.IndexOf('*', StringComparison.Ordinal);
        string start = Path.GetFullPath(Path.Combine(folder, pattern[..(pattern.LastIndexOf('/', cut) + 1)]));
        if (!Directory.Exists(start))
        {
            return [];
        }

        string[] found = Directory.GetFiles(start, pattern[(pattern.LastIndexOf('/') + 1)..], deep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly);
        Array.Sort(found, StringComparer.Ordinal);
        return [.. found.Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))];
    }

    /// <summary>A file in the same folder whose name differs from <paramref name="path"/> in case only, or null.</summary>
    public static string? SameButForCase(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        return !Directory.Exists(folder)
            ? null
            : Directory.GetFiles(folder).Select(Path.GetFileName).FirstOrDefault(name => string.Equals(name, Path.GetFileName(path), StringComparison.OrdinalIgnoreCase));
    }
}
