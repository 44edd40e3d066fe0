using System.Xml.Linq;
using TinyNano.TestKit;

namespace TinyNano.Contracts.Tests;

/// <summary>A nanoFramework project of managed/ or tests/managed, as its file says.</summary>
internal sealed class NanoProject
{
    private static readonly XNamespace MsBuild = "http://schemas.microsoft.com/developer/msbuild/2003";
    private readonly XDocument _document;

    private NanoProject(string path)
    {
        Path = path;
        _document = XDocument.Load(path);
    }

    public string Path { get; }

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public bool IsTest => Property("IsTestProject") == "true";

    /// <summary>Path from the root of the checkout, as a solution writes it.</summary>
    public string SolutionPath => System.IO.Path.GetRelativePath(SharedData.ProjectRoot, Path).Replace('/', '\\');

    public static IReadOnlyList<NanoProject> All { get; } =
        [.. new[] { "managed", "tests/managed" }
            .SelectMany(f => Directory.GetFiles(System.IO.Path.Combine(SharedData.ProjectRoot, f), "*.nfproj", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .Select(p => new NanoProject(p))];

    /// <summary>Names for theories.</summary>
    public static TheoryData<string> Names() => [.. All.Select(p => p.Name)];

    public static NanoProject Get(string name) => All.Single(p => p.Name == name);

    public string? Property(string name) => _document.Descendants(MsBuild + name).SingleOrDefault()?.Value;

    public string[] Items(string kind) => [.. _document.Descendants(MsBuild + kind).Select(e => (string)e.Attribute("Include")!).Where(i => i is not null)];

    /// <summary>Files and folders of the references, with backslashes as they are written.</summary>
    public string[] HintPaths => [.. _document.Descendants(MsBuild + "HintPath").Select(e => e.Value)];

    /// <summary>Packages of packages.config: name and version.</summary>
    public (string Id, string Version)[] Packages =>
        [.. XDocument.Load(System.IO.Path.Combine(Folder, "packages.config")).Descendants("package")
            .Select(p => ((string)p.Attribute("id")!, (string)p.Attribute("version")!))];

    /// <summary>Where a path of the project leads.</summary>
    public string Resolve(string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder, path.Replace('\\', '/')));
}
