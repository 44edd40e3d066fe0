using TinyNano.Surface.Projects;

namespace TinyNano.Surface.Tests;

/// <summary>References that compile here and would fail in Visual Studio.</summary>
public sealed class ReferenceCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("CoreLibrary.1.17.11", "Corelibrary.1.17.11", null)]
    [InlineData("nanoFramework.CoreLibrary.1.17.11", "nanoFramework.Core.1.17.11", "expected a HintPath into packages/nanoFramework.CoreLibrary.1.17.11/lib")]
    [InlineData("Library.1.17.11", "Library.1.16.0", "the HintPath names version 1.16.0 of nanoFramework.CoreLibrary, the reference list is of 1.17.11")]
    [InlineData("Library.1.17.11", "Library.1.17.4", "the HintPath names version 1.17.4 of nanoFramework.CoreLibrary, packages.config 1.17.11")]
    [InlineData("lib\\mscorlib.dll", "lib\\corlib.dll", "the HintPath ends with corlib.dll")]
    public void HintPath_MustFitThePackage(string right, string wrong, string? message)
    {
        string reference = SampleProjects.Mscorlib.Replace(right, wrong, StringComparison.Ordinal);
        Check(SampleProjects.Add(_folder, "Low", "<Compile Include=\"Code.cs\" />", reference: reference), message);
    }

    [Fact]
    public void Package_MustBeListed_AndWhatItRequires()
    {
        const string Gpio = "<Reference Include=\"System.Device.Gpio\"><HintPath>..\\packages\\nanoFramework.System.Device.Gpio.1.1.62\\lib\\System.Device.Gpio.dll</HintPath></Reference>";
        string Project(string packages) => SampleProjects.Add(_folder, "Low", "<Compile Include=\"Code.cs\" />" + Gpio, packages: packages);
        Check(Project(""), "reference System.Device.Gpio: packages.config lacks nanoFramework.System.Device.Gpio 1.1.62");
        Check(Project("<package id=\"nanoFramework.System.Device.Gpio\" version=\"1.1.62\" />"), "packages.config lacks nanoFramework.Runtime.Events, which System.Device.Gpio requires");
    }

    private void Check(string project, string? message)
    {
        _folder.Write("Low/Code.cs", "public class C { }");
        ProjectCompiler compiler = new(Compiled.Surface);
        if (message is null)
        {
            compiler.Compile([project]);
            return;
        }

        Assert.Contains(message, Assert.Throws<SurfaceException>(() => compiler.Compile([project])).Message, StringComparison.Ordinal);
    }
}
