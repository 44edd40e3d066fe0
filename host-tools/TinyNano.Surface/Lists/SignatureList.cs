namespace TinyNano.Surface.Lists;

/// <summary>The public signatures of one nanoFramework assembly; managed/reference/README.md describes the file.</summary>
public sealed class SignatureList
{
    /// <summary>Where the list was read from; errors name it.</summary>
    public required string File { get; init; }

    /// <summary>The assembly's simple name, which is also the file's name.</summary>
    public required string Assembly { get; init; }

    /// <summary>The NuGet package that holds the assembly.</summary>
    public required string Package { get; init; }

    public required Version PackageVersion { get; init; }

    /// <summary>The assembly's version: the package's with a zero behind it, as nanoFramework's builds make it.</summary>
    public Version AssemblyVersion => new(PackageVersion.Major, PackageVersion.Minor, PackageVersion.Build, 0);

    /// <summary>Repository, commit and date that the signatures were taken from.</summary>
    public required string Source { get; init; }

    /// <summary>Simple names of the assemblies whose types the signatures mention, mscorlib first.</summary>
    public required IReadOnlyList<string> Requires { get; init; }

    public required IReadOnlyList<ListedType> Types { get; init; }

    public int MemberCount => Types.Sum(type => type.Members.Count);
}

/// <summary>A `type` line with the member lines under it.</summary>
public sealed class ListedType
{
    public required int Line { get; init; }

    /// <summary>The namespace, or the enclosing type's full name where <see cref="IsNested"/>.</summary>
    public required string Container { get; init; }

    public required bool IsNested { get; init; }

    /// <summary>class, struct, interface, enum or delegate.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Everything before the name, and everything behind it.</summary>
    public required string Head { get; init; }

    public required string Tail { get; init; }

    public required IReadOnlyList<ListedMember> Members { get; init; }

    /// <summary>Nested types are joined with a plus sign.</summary>
    public string FullName => Container + (IsNested ? "+" : ".") + Name;
}

/// <summary>One member: a C# declaration without body and without `public`.</summary>
public sealed record ListedMember(int Line, string Text);
