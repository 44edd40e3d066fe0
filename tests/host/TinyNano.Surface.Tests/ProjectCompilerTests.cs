using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using TinyNano.Surface.Projects;

namespace TinyNano.Surface.Tests;

public sealed class ProjectCompilerTests : IDisposable
{
    private const string Source = "<Compile Include=\"Code.cs\" />";

    private readonly TemporaryFolder _folder = new();
    private readonly ProjectCompiler _compiler = new(Compiled.Surface);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TwoProjects_CompileInOrder()
    {
        _folder.Write("Low/Code.cs", "namespace Low { public static class Adder { public static int Add(int a, int b) { return a + b; } } }");
        _folder.Write("High/Code.cs", "namespace High { public static class User { public static int Use() { return Low.Adder.Add(1, 2); } } }");
        SampleProjects.Add(_folder, "Low", Source);
        string high = SampleProjects.Add(_folder, "High", Source + "<ProjectReference Include=\"..\\Low\\Low.nfproj\" />");
        IReadOnlyList<NanoAssembly> assemblies = _compiler.Compile([high]);
        Assert.Equal(["Low", "High"], assemblies.Select(assembly => assembly.Project.AssemblyName));

        using var image = new PEReader(new MemoryStream(assemblies[1].Image));
        MetadataReader metadata = image.GetMetadataReader();
        Assert.Equal(
            ["Low", "mscorlib"],
            metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SameSourcesElsewhere_GiveTheSameBytes()
    {
        using var elsewhere = new TemporaryFolder();
        byte[] Compile(TemporaryFolder folder)
        {
            folder.Write("Low/Code.cs", "public class C { public int X = 1; }");
            return _compiler.Compile([SampleProjects.Add(folder, "Low", Source)])[0].Image;
        }

        Assert.Equal(Compile(_folder), Compile(elsewhere));
    }

    [Fact]
    public void WrongSource_IsToldWithFileAndLine()
    {
        string code = _folder.Write("Low/Code.cs", "using System;\npublic class C\n{\n    public string S = string.Join(\",\", new string[0]);\n}\n");
        AssertRefused(SampleProjects.Add(_folder, "Low", Source), $"{code}(4): error CS0117: 'string' does not contain a definition for 'Join'");
    }

    [Fact]
    public void AllProjects_AreTriedBeforeGivingUp()
    {
        _folder.Write("Low/Code.cs", "public class C { int? _x; }");
        _folder.Write("High/Code.cs", "public class C { }");
        _folder.Write("Other/Code.cs", "public class C { decimal _x; }");
        SampleProjects.Add(_folder, "Low", Source);
        string high = SampleProjects.Add(_folder, "High", Source + "<ProjectReference Include=\"..\\Low\\Low.nfproj\" />");
        string other = SampleProjects.Add(_folder, "Other", Source);
        SurfaceException error = Assert.Throws<SurfaceException>(() => _compiler.Compile([high, other]));
        Assert.Contains("System.Nullable`1", error.Message, StringComparison.Ordinal);
        Assert.Contains("High.nfproj: not compiled, because Low.nfproj was not", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.Decimal", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LanguageVersion_IsTheProjects()
    {
        _folder.Write("Low/Code.cs", "namespace Low; public class C { }");
        AssertRefused(SampleProjects.Add(_folder, "Low", Source), "Feature 'file-scoped namespace' is not available in C# 9.0");
        Assert.Single(_compiler.Compile([SampleProjects.Add(_folder, "Low", Source, "<LangVersion>10</LangVersion>")]));
    }

    [Fact]
    public void Constants_AndConditions_AreTheReleaseBuilds()
    {
        _folder.Write("Low/Code.cs", "#if FAST\npublic class C { }\n#else\n#error slow\n#endif\n");
        AssertRefused(SampleProjects.Add(_folder, "Low", Source, "<DefineConstants Condition=\" '$(Configuration)' == 'Debug' \">FAST</DefineConstants>"), "#error: 'slow'");
        Assert.Single(_compiler.Compile([SampleProjects.Add(_folder, "Low", Source, "<DefineConstants Condition=\"'$(Configuration)' != 'Debug' and '$(Platform)' == 'AnyCPU'\">$(DefineConstants);FAST</DefineConstants>")]));
        AssertRefused(SampleProjects.Add(_folder, "Low", Source, "<X Condition=\"$(A) > 3\">y</X>"), "the condition $(A) > 3 is not understood");
    }

    [Fact]
    public void MissingFiles_AreAllToldWithTheirLines()
    {
        _folder.Write("Low/Code.cs", "");
        string file = SampleProjects.Add(
            _folder, "Low", Source + "<Compile Include=\"Gone.cs\" /><ProjectReference Include=\"..\\No\\No.nfproj\" />",
            "<SignAssembly>true</SignAssembly><AssemblyOriginatorKeyFile>key.snk</AssemblyOriginatorKeyFile>");
        AssertRefused(file, $"{file}(15): the source Gone.cs does not exist\n{file}(15): the referenced project ..\\No\\No.nfproj does not exist\n{file}: the key file key.snk does not exist");
    }

    [Fact]
    public void SourceWithWrongCase_IsTold()
    {
        _folder.Write("Low/CODE.cs", "");
        if (!File.Exists(Path.Combine(_folder.Path, "Low", "Code.cs")))
        {
            AssertRefused(SampleProjects.Add(_folder, "Low", Source), "the source Code.cs does not exist; there is CODE.cs (names differ in case where that matters)");
        }
    }

    [Fact]
    public void UnknownReference_IsTold()
    {
        _folder.Write("Low/Code.cs", "public class C { }");
        AssertRefused(
            SampleProjects.Add(_folder, "Low", Source + "<Reference Include=\"System.Linq\" />"),
            "Low.nfproj(15): reference System.Linq is unknown: no reference list, and no file at its HintPath. Lists: System.Device.Adc,");
    }

    [Fact]
    public void Circle_IsTold()
    {
        _folder.Write("Low/Code.cs", "public class C { }");
        _folder.Write("High/Code.cs", "public class C { }");
        SampleProjects.Add(_folder, "Low", Source + "<ProjectReference Include=\"..\\High\\High.nfproj\" />");
        AssertRefused(
            SampleProjects.Add(_folder, "High", Source + "<ProjectReference Include=\"..\\Low\\Low.nfproj\" />"),
            "the projects reference one another in a circle: High.nfproj -> Low.nfproj -> High.nfproj");
    }

    [Theory]
    [InlineData("<Project>", "not XML")]
    [InlineData("<Project />", "expected a property AssemblyName")]
    [InlineData("<Project />", "no Compile items")]
    public void FileThatIsNoProject_IsTold(string text, string message)
    {
        AssertRefused(_folder.Write("X.nfproj", text), message);
    }

    [Fact]
    public void MissingProject_IsTold() => AssertRefused(Path.Combine(_folder.Path, "No.nfproj"), "no such project file");

    [Fact]
    public void Indirect_ReferenceIsNotVisible()
    {
        _folder.Write("Low/Code.cs", "public class C { public System.Device.Gpio.PinValueChangedEventArgs E; }");
        const string Gpio = "<Reference Include=\"System.Device.Gpio\"><HintPath>..\\packages\\nanoFramework.System.Device.Gpio.1.1.62\\lib\\System.Device.Gpio.dll</HintPath></Reference>";
        const string Listed =
            "<package id=\"nanoFramework.System.Device.Gpio\" version=\"1.1.62\" /><package id=\"nanoFramework.Runtime.Events\" version=\"1.11.39\" />";
        Assert.Single(_compiler.Compile([SampleProjects.Add(_folder, "Low", Source + Gpio, packages: Listed)]));
        _folder.Write("Low/Code.cs", "public class C { public nanoFramework.Runtime.Events.BaseEvent E; }");
        AssertRefused(SampleProjects.Add(_folder, "Low", Source + Gpio, packages: Listed), "error CS0246: The type or namespace name 'nanoFramework' could not be found");
    }

    [Fact]
    public void SharedItemsAndPatterns_AreRead()
    {
        _folder.Write("Shared/Shared.projitems", "<Project><ItemGroup><Compile Include=\"$(MSBuildThisFileDirectory)Part.cs\" /></ItemGroup></Project>");
        _folder.Write("Shared/Part.cs", "public class Part { }");
        _folder.Write("Low/Sub/Whole.cs", "public class Whole { public Part P; }");
        _folder.Write("Low/obj/Old.cs", "no C#");
        string file = SampleProjects.Add(_folder, "Low", "<Compile Include=\"**\\*.cs\" />");
        File.WriteAllText(file, File.ReadAllText(file).Replace("</Project>", "<Import Project=\"..\\Shared\\Shared.projitems\" Label=\"Shared\" /></Project>", StringComparison.Ordinal));
        NanoAssembly assembly = Assert.Single(_compiler.Compile([file]));
        Assert.Equal(["Whole.cs", "Part.cs"], assembly.Project.Sources.Select(Path.GetFileName));
    }

    private void AssertRefused(string project, string message)
    {
        Assert.Contains(message, Assert.Throws<SurfaceException>(() => _compiler.Compile([project])).Message, StringComparison.Ordinal);
    }
}
