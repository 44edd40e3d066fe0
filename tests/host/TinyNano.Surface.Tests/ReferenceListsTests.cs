using System.Reflection;
using TinyNano.Surface.Lists;

namespace TinyNano.Surface.Tests;

/// <summary>The committed lists: complete, and equal to what the assemblies made of them show.</summary>
public sealed class ReferenceListsTests
{
    public static TheoryData<string> Assemblies => [.. Compiled.Surface.Assemblies.Select(assembly => assembly.List.Assembly)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void List_IsWhatItsAssemblyShows(string name)
    {
        SurfaceAssembly assembly = Compiled.Surface.Find(name)!;
        string printed = SurfaceReader.ReadTypes(assembly.Reference, Compiled.Surface.Assemblies.Where(other => other != assembly).Select(other => other.Reference));
        IEnumerable<string> listed = File.ReadLines(assembly.List.File).SkipWhile(line => !line.StartsWith("type ", StringComparison.Ordinal));
        Assert.Equal(listed, printed.TrimStart('\n').TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_HasNanoFrameworksIdentity(string name)
    {
        SurfaceAssembly assembly = Compiled.Surface.Find(name)!;
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, name + ".dll");
        File.WriteAllBytes(file, assembly.Image);
        AssemblyName identity = AssemblyName.GetAssemblyName(file);
        Assert.Equal(name, identity.Name);
        Assert.Equal(assembly.List.AssemblyVersion, identity.Version);
        Assert.Equal("c07d481e9758c731", Convert.ToHexStringLower(identity.GetPublicKeyToken()!));
    }

    [Theory]
    [InlineData("mscorlib", "System.SpanByte", "byte this[int index] { get; set; }")]
    [InlineData("mscorlib", "System.Reflection.AssemblyNativeVersionAttribute", "AssemblyNativeVersionAttribute(string version)")]
    [InlineData("System.Device.Gpio", "System.Device.Gpio.GpioPin", "void Toggle()")]
    [InlineData("System.Device.I2c", "System.Device.I2c.I2cDevice", "System.Device.I2c.I2cTransferResult WriteRead(System.SpanByte writeBuffer, System.SpanByte readBuffer)")]
    [InlineData("System.Device.Adc", "System.Device.Adc.AdcChannel", "override int ReadValue()")]
    [InlineData("nanoFramework.Hardware.Esp32", "nanoFramework.Hardware.Esp32.HighResTimer", "static ulong GetCurrent()")]
    [InlineData("nanoFramework.M2Mqtt", "nanoFramework.M2Mqtt.MqttClient", "void Close()")]
    [InlineData("nanoFramework.Runtime.Native", "nanoFramework.Runtime.Native.GC", "static uint Run(bool compactHeap)")]
    [InlineData("System.IO.FileSystem", "System.IO.FileStream", "override long Seek(long offset, System.IO.SeekOrigin origin)")]
    [InlineData("System.Net", "System.Security.Cryptography.X509Certificates.X509Certificate", "virtual string Issuer { get; }")]
    [InlineData("nanoFramework.TestFramework", "nanoFramework.TestFramework.OutputHelper", "static void WriteLine(string message)")]
    [InlineData("System.Device.Wifi", "nanoFramework.Networking.WifiNetworkHelper", "static System.Threading.ManualResetEvent NetworkReady { get; }")]
    public void KnownMember_IsInItsList(string assembly, string type, string member)
    {
        ListedType listed = Assert.Single(Compiled.Surface.Find(assembly)!.List.Types, candidate => candidate.FullName == type);
        Assert.Contains(member, listed.Members.Select(each => each.Text));
    }

    [Fact]
    public void Lists_HoldNothingGeneric()
    {
        IEnumerable<string> lines = Compiled.Surface.Assemblies.SelectMany(assembly => File.ReadLines(assembly.List.File));
        Assert.DoesNotContain(lines, line => line.Contains('<', StringComparison.Ordinal) && !line.Contains("operator <", StringComparison.Ordinal));
    }

    [Fact]
    public void SameLists_GiveTheSameBytes()
    {
        ReferenceSurface again = ReferenceSurface.Load(Path.GetDirectoryName(Compiled.Surface.Find("mscorlib")!.List.File)!);
        Assert.All(again.Assemblies, assembly => Assert.Equal(Compiled.Surface.Find(assembly.List.Assembly)!.Image, assembly.Image));
    }
}
