namespace TinyNano.Surface.Projects;

/// <summary>What of a .nfproj file matters to the C# compiler.</summary>
public sealed class NanoProject
{
    /// <summary>Full path of the .nfproj file.</summary>
    public required string File { get; init; }

    public string Folder => Path.GetDirectoryName(File)!;

    public required string AssemblyName { get; init; }

    /// <summary>OutputType Exe; otherwise a library.</summary>
    public required bool IsExecutable { get; init; }

    /// <summary>LangVersion; 9.0 where the project names none, as the project system has it.</summary>
    public required string LanguageVersion { get; init; }

    public required IReadOnlyList<string> Constants { get; init; }

    public required bool AllowUnsafe { get; init; }

    /// <summary>Whether XML comments are checked: the project writes a documentation file.</summary>
    public required bool HasDocumentation { get; init; }

    public required IReadOnlyList<string> NoWarn { get; init; }

    /// <summary>Full path of the key pair that signs the assembly, or null.</summary>
    public required string? KeyFile { get; init; }

    /// <summary>Full paths of the sources, all of which exist.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    public required IReadOnlyList<NanoReference> References { get; init; }

    /// <summary>Full paths of the projects it references, all of which exist.</summary>
    public required IReadOnlyList<string> Projects { get; init; }

    /// <summary>Package ids and versions of packages.config; empty without that file.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }
}

/// <summary>A `Reference` item.</summary>
/// <param name="Name">Simple name of the assembly.</param>
/// <param name="HintPath">As written, with forward slashes; or null.</param>
/// <param name="Line">Its line in the project file.</param>
public sealed record NanoReference(string Name, string? HintPath, int Line);
