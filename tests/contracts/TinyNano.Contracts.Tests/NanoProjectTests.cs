using System.Text.RegularExpressions;
using System.Xml.Linq;
using TinyNano.TestKit;

namespace TinyNano.Contracts.Tests;

/// <summary>
/// The projects that only Visual Studio with nanoFramework's extension can build are held to what it will ask of them.
/// </summary>
public sealed partial class NanoProjectTests
{
    private const string NanoType = "{11A8DD76-328B-46DF-9F39-F559912D0360}";
    private const string CSharpType = "{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}";
    private static readonly XNamespace Nuspec = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";

    public static TheoryData<string> Names() => NanoProject.Names();

    public static TheoryData<string> Libraries() => [.. NanoProject.All.Where(p => !p.IsTest && p.Name != "TinyNano.App").Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sources_AreListedAndThere(string name)
    {
        NanoProject project = NanoProject.Get(name);
        string[] own = [.. Directory.GetFiles(project.Folder, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(project.Folder, f).Replace('/', '\\'))
            .Where(f => !f.StartsWith("bin\\", StringComparison.Ordinal) && !f.StartsWith("obj\\", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        string[] listed = [.. project.Items("Compile").Where(c => !c.StartsWith("..", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.True(own.SequenceEqual(listed), $"{project.SolutionPath} should compile\n{string.Concat(own.Select(f => $"    <Compile Include=\"{f}\" />\n"))}");
        Assert.All(project.Items("Compile"), c => Assert.True(File.Exists(project.Resolve(c)), c));
        Assert.All(project.Items("None"), c => Assert.True(File.Exists(project.Resolve(c)), c));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Project_IsOfNanoFramework(string name)
    {
        NanoProject project = NanoProject.Get(name);
        Assert.Equal($"{NanoType};{CSharpType}", project.Property("ProjectTypeGuids"));
        Assert.Equal("v1.0", project.Property("TargetFrameworkVersion"));
        Assert.Equal("9.0", project.Property("LangVersion"));
        Assert.Equal(project.IsTest ? "NFUnitTest" : project.Name, project.Property("AssemblyName"));
        Assert.Equal(project.Name == "TinyNano.App" ? "Exe" : "Library", project.Property("OutputType"));
        string text = File.ReadAllText(project.Path);
        foreach (string import in new[] { "NFProjectSystem.Default.props", "NFProjectSystem.props", "NFProjectSystem.CSharp.targets" })
        {
            Assert.Contains($"<Import Project=\"$(NanoFrameworkProjectSystemPath){import}\"", text, StringComparison.Ordinal);
        }

        if (project.IsTest)
        {
            Assert.Contains("<ProjectCapability Include=\"TestContainer\" />", text, StringComparison.Ordinal);
            Assert.True(File.Exists(project.Resolve(project.Property("RunSettingsFilePath")!.Replace("$(MSBuildProjectDirectory)\\", "", StringComparison.Ordinal))));
        }
        else
        {
            Assert.Equal("true", project.Property("SignAssembly"));
            Assert.True(File.Exists(project.Resolve(project.Property("AssemblyOriginatorKeyFile")!)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void References_AreThePackages(string name)
    {
        NanoProject project = NanoProject.Get(name);
        string packages = Path.Combine(SharedData.ProjectRoot, "managed", "packages");
        string[] folders = [.. project.HintPaths.Select(project.Resolve).Select(p => Path.GetRelativePath(packages, p)).Select(p => p.Split('/')[0]).Distinct().Order()];
        Assert.Equal(project.Packages.Select(p => $"{p.Id}.{p.Version}").Order(), folders);
        Assert.All(project.HintPaths, h => Assert.Contains("\\lib\\", h, StringComparison.Ordinal));
        Assert.Equal(project.HintPaths.Select(h => Path.GetFileNameWithoutExtension(h.Replace('\\', '/'))), project.Items("Reference"));
        Assert.All(project.Items("ProjectReference"), r => Assert.True(File.Exists(project.Resolve(r)), r));
    }

    [Fact]
    public void EveryPackage_HasOneVersion()
    {
        string[] doubled = [.. NanoProject.All.SelectMany(p => p.Packages).Distinct().GroupBy(p => p.Id).Where(g => g.Count() > 1).Select(g => g.Key)];
        Assert.Empty(doubled);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Description_NamesWhatTheProjectNeeds(string name)
    {
        NanoProject project = NanoProject.Get(name);
        XElement metadata = XDocument.Load(Path.Combine(project.Folder, name + ".nuspec")).Root!.Element(Nuspec + "metadata")!;
        Assert.Equal(name, (string?)metadata.Element(Nuspec + "id"));
        Assert.Equal("$version$", (string?)metadata.Element(Nuspec + "version"));
        string[] needed =
        [
            .. project.Packages.Select(p => $"{p.Id} {p.Version}"),
            .. project.Items("ProjectReference").Select(r => $"{Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))} $version$"),
        ];
        string[] said = [.. metadata.Descendants(Nuspec + "dependency").Select(d => $"{(string)d.Attribute("id")!} {(string)d.Attribute("version")!}")];
        Assert.Equal(needed, said);
        string[] files = [.. metadata.Parent!.Descendants(Nuspec + "file").Select(f => (string)f.Attribute("target")!).Where(t => t.Length > 0)];
        Assert.Equal(new[] { "dll", "pdb", "pdbx", "pe", "xml" }.Select(e => $"lib\\{name}.{e}"), files);
        bool isNative = name is "TinyNano.Native" or "TinyNano.Inference.Native";
        Assert.Equal(isNative, ((string)metadata.Element(Nuspec + "description")!).Contains("v$nativeVersion$ (checksum $checksum$)", StringComparison.Ordinal));
    }

    [Fact]
    public void NativeVersion_IsThatOfTheExternsOnly()
    {
        NanoProject[] with = [.. NanoProject.All.Where(p => Directory.GetFiles(p.Folder, "*.cs", SearchOption.AllDirectories)
            .Any(f => File.ReadAllText(f).Contains("AssemblyNativeVersion(", StringComparison.Ordinal)))];
        Assert.Equal(["TinyNano.Native"], with.Select(p => p.Name));

        // Anything managed beside the externs would shift the table of native methods.
        NanoProject native = with[0];
        Assert.Equal(["NativeMethods.cs", "Properties\\AssemblyInfo.cs", "..\\SharedAssemblyInfo.cs"], native.Items("Compile"));
    }

    [Fact]
    public void Version_IsThatOfTheDesk()
    {
        string version = Regex.Match(Sources.Read("Directory.Build.props"), "<Version>([^<]+)</Version>").Groups[1].Value;
        string shared = Sources.Read("managed", "SharedAssemblyInfo.cs");
        Assert.Contains($"AssemblyVersion(\"{version}.0\")", shared, StringComparison.Ordinal);
        Assert.Contains($"AssemblyFileVersion(\"{version}.0\")", shared, StringComparison.Ordinal);
        Assert.Contains($"AssemblyInformationalVersion(\"{version}\")", shared, StringComparison.Ordinal);
        Assert.All(NanoProject.All.Where(p => !p.IsTest), p => Assert.Contains("..\\SharedAssemblyInfo.cs", p.Items("Compile")));
    }

    [Fact]
    public void Solution_HasEveryProject()
    {
        string solution = Sources.Read("TinyNano.sln");
        foreach (NanoProject project in NanoProject.All)
        {
            string guid = project.Property("ProjectGuid")!;
            Assert.Contains($"Project(\"{NanoType}\") = \"{project.Name}\", \"{project.SolutionPath}\", \"{guid}\"", solution, StringComparison.Ordinal);
            Assert.Contains($"{guid}.Release|Any CPU.Build.0 = Release|Any CPU", solution, StringComparison.Ordinal);
            Assert.Contains($"{guid}.Debug|Any CPU.Deploy.0 = Debug|Any CPU", solution, StringComparison.Ordinal);
        }

        Assert.Equal(NanoProject.All.Count, SolutionLine().Count(solution));
    }

    [Fact]
    public void Application_ReferencesOneEngine()
    {
        string[] engines = [.. NanoProject.Get("TinyNano.App").Items("ProjectReference").Where(r => r.Contains("Inference.", StringComparison.Ordinal) && !r.EndsWith("\\TinyNano.Inference.nfproj", StringComparison.Ordinal))];
        Assert.Single(engines);
    }

    [GeneratedRegex("^Project\\(\"\\{11A8DD76-", RegexOptions.Multiline)]
    private static partial Regex SolutionLine();
}
