using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TinyNano.Interop;
using TinyNano.Interop.Lint;
using TinyNano.Surface.Projects;
using TinyNano.TestKit;

namespace TinyNano.Surface.Tests;

/// <summary>Every nanoFramework project of the repository compiles against the reference surface.</summary>
public sealed class ManagedProjectsTests
{
    private static readonly string[] s_known =
    [
        "TinyNano.App", "TinyNano.Contracts", "TinyNano.Inference", "TinyNano.Inference.Managed", "TinyNano.Inference.Native",
        "TinyNano.Messaging", "TinyNano.Messaging.Mqtt", "TinyNano.Native", "TinyNano.Ota", "TinyNano.Sensors", "TinyNano.Telemetry",
    ];

    public static TheoryData<string> Projects => [.. ManagedBuild.Projects(SharedData.ProjectRoot).Select(file => Path.GetRelativePath(SharedData.ProjectRoot, file))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Compiles(string project)
    {
        IReadOnlyList<NanoAssembly> assemblies = new ProjectCompiler(Compiled.Surface).Compile([Path.Combine(SharedData.ProjectRoot, project)]);
        Assert.NotEmpty(assemblies[^1].Image);
        Assert.Equal("9.0", assemblies[^1].Project.LanguageVersion);
    }

    /// <summary>What compiles may still crash the CLR: generics, multidimensional arrays, managed members beside externs and the like.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_PassesTheIlCheck(string project)
    {
        IReadOnlyList<NanoAssembly> assemblies = new ProjectCompiler(Compiled.Surface).Compile([Path.Combine(SharedData.ProjectRoot, project)]);
        using MemoryStream image = new(assemblies[^1].Image);
        using DeviceAssembly assembly = DeviceAssembly.Open(image, assemblies[^1].Project.AssemblyName);
        Assert.Empty(IlCheck.Run(assembly).Where(finding => finding.Rule.Severity == LintSeverity.Error).Select(finding => finding.ToString()));
    }

    [Fact]
    public void EveryKnownProject_IsThere()
    {
        IEnumerable<string?> found = ManagedBuild.Projects(SharedData.ProjectRoot).Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(s_known.Except(found));
    }

    [Fact]
    public void EveryFolderWithDeviceSources_HasAProject()
    {
        string managed = Path.Combine(SharedData.ProjectRoot, "managed");
        IEnumerable<string> without = Directory.GetDirectories(managed)
            .Where(folder => Directory.GetFiles(folder, "*.cs").Length > 0 && Directory.GetFiles(folder, "*.nfproj").Length == 0);
        Assert.Empty(without);
    }

    /// <summary>The projects name their sources one by one, so a new file is easily forgotten.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_NamesEverySourceInItsFolder(string project)
    {
        NanoProject read = NanoProjectReader.Read(Path.Combine(SharedData.ProjectRoot, project));
        string[] folders = [.. Directory.GetFiles(read.Folder, "*.nfproj", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Where(folder => folder != read.Folder)];
        IEnumerable<string> forgotten = Directory.GetFiles(read.Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !folders.Any(folder => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            .Where(file => !Path.GetRelativePath(read.Folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Except(read.Sources);
        Assert.Empty(forgotten);
    }

    /// <summary>
    /// nanoFramework's unit test launcher invokes test methods without an object: on the device `this` is null, and a field of
    /// the test class gives NullReferenceException, while a test host on .NET makes an object first.
    /// </summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void TestClasses_HaveStaticFieldsOnly(string project)
    {
        NanoProject read = NanoProjectReader.Read(Path.Combine(SharedData.ProjectRoot, project));
        IEnumerable<string> wrong = read.AssemblyName != "NFUnitTest" ? [] : read.Sources.SelectMany(InstanceFields);
        Assert.Empty(wrong);
    }

    internal static IEnumerable<string> InstanceFields(string file) =>
        from type in CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
        where type.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() == "TestClass")
        from field in type.Members.OfType<FieldDeclarationSyntax>()
        where !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword)
        select $"{Path.GetFileName(file)}: {type.Identifier}.{field.Declaration.Variables[0].Identifier} is not static";

    [Fact]
    public void InstanceFieldOfATestClass_IsSeen()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("T.cs", "[TestClass] public class T { private int _a; private static int s_b; private const int C = 1; } public class Helper { private int _c; }");
        Assert.Equal(["T.cs: T._a is not static"], InstanceFields(file));
    }
}
