using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TinyNano.Surface.Projects;
using TinyNano.TestKit;

namespace TinyNano.Surface.Tests;

/// <summary>The repository's surface, compiled once, and snippets compiled against it.</summary>
internal static class Compiled
{
    /// <summary>What a device project of ours may reference.</summary>
    private static readonly string[] s_common =
    [
        "mscorlib", "nanoFramework.Runtime.Native", "nanoFramework.Runtime.Events", "System.Device.Gpio", "System.Device.I2c", "System.Device.Adc",
        "nanoFramework.Hardware.Esp32", "System.IO.Streams", "System.IO.FileSystem",
    ];

    private static readonly Lazy<ReferenceSurface> s_surface = new(() => ManagedBuild.Surface(SharedData.ProjectRoot));

    public static ReferenceSurface Surface => s_surface.Value;

    /// <summary>Errors of statements in a method body, against the common references and <paramref name="more"/>.</summary>
    public static IReadOnlyList<string> Statements(string statements, params string[] more) =>
        Errors($"using System; using System.Collections; public class Snippet {{ public void Body() {{ {statements} }} }}", more);

    /// <summary>Errors of a whole source, each "ID message".</summary>
    public static IReadOnlyList<string> Errors(string source, params string[] more) => Errors(source, LanguageVersion.CSharp9, more);

    public static IReadOnlyList<string> Errors(string source, LanguageVersion version, params string[] more)
    {
        IReadOnlyList<Diagnostic> errors = new ProjectCompiler(Surface).Check(source, s_common.Concat(more), version);
        return [.. errors.Select(error => $"{error.Id} {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}")];
    }
}
