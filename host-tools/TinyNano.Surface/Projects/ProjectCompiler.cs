using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using TinyNano.Surface.Lists;

namespace TinyNano.Surface.Projects;

/// <summary>A compiled project.</summary>
/// <param name="Project">What was compiled.</param>
/// <param name="Image">The assembly's bytes; the same sources give the same bytes.</param>
/// <param name="Symbols">The portable .pdb of it.</param>
/// <param name="Elapsed">How long reading and compiling its sources took.</param>
public sealed record NanoAssembly(NanoProject Project, byte[] Image, byte[] Symbols, TimeSpan Elapsed);

/// <summary>
/// Compiles .nfproj projects, each after those it references, against nanoFramework's surface alone: no standard library,
/// warnings are errors, and only what a project references itself is visible to it.
/// </summary>
public sealed class ProjectCompiler(ReferenceSurface surface)
{
    // Unsigned references, and missing comments (1591, 1573, 1712): matters of style for who sets DocumentationFile.
    private static readonly string[] s_quiet = ["CS8002", "CS1591", "CS1573", "CS1712", "CS1701", "CS1702"];

    private static readonly EmitOptions s_emit = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    /// <summary>Compiles the projects and those they reference.</summary>
    /// <exception cref="SurfaceException">Every problem of every project, one a line, with file and line.</exception>
    public IReadOnlyList<NanoAssembly> Compile(IEnumerable<string> projectFiles)
    {
        var done = new List<NanoAssembly>();
        var references = new Dictionary<string, MetadataReference>();
        var problems = new List<string>();
        foreach (NanoProject project in ProjectOrder.Read(projectFiles))
        {
            if (project.Projects.FirstOrDefault(file => !references.ContainsKey(file)) is { } failed)
            {
                problems.Add($"{project.File}: not compiled, because {Path.GetFileName(failed)} was not");
                continue;
            }

            try
            {
                NanoAssembly assembly = Compile(project, references);
                done.Add(assembly);
                references.Add(project.File, MetadataReference.CreateFromImage(assembly.Image, filePath: project.AssemblyName + ".dll"));
            }
            catch (SurfaceException e)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Count > 0 ? throw new SurfaceException(string.Join('\n', problems)) : done;
    }

    /// <summary>Compiles a source that belongs to no project, as a library..</summary>
    internal IReadOnlyList<Diagnostic> Check(string source, IEnumerable<string> references, LanguageVersion version = LanguageVersion.CSharp9)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(SourceText.From(source), new CSharpParseOptions(version), "snippet.cs");
        CSharpCompilation compilation = CSharpCompilation.Create(
            "snippet", [tree], references.Select(name => surface.Find(name)!.Reference),
            Options(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, []));
        using var image = new MemoryStream();
        return [.. compilation.Emit(image, options: s_emit).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];
    }

    private static CSharpCompilationOptions Options(OutputKind kind, bool allowUnsafe, IEnumerable<string> noWarn)
    {
        return new CSharpCompilationOptions(kind)
            .WithDeterministic(true)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithAllowUnsafe(allowUnsafe)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error)
            .WithSpecificDiagnosticOptions(s_quiet.Concat(noWarn.Select(id => int.TryParse(id, out int number) ? $"CS{number:0000}" : id))
                .Distinct().ToImmutableDictionary(id => id, _ => ReportDiagnostic.Suppress));
    }

    private ImmutableArray<MetadataReference> References(
        NanoProject project, Dictionary<string, MetadataReference> projects, List<string> problems)
    {
        ImmutableArray<MetadataReference>.Builder references = ImmutableArray.CreateBuilder<MetadataReference>();
        foreach (NanoReference reference in project.References)
        {
            string? file = reference.HintPath is null ? null : Path.GetFullPath(Path.Combine(project.Folder, reference.HintPath));
            if (surface.Find(reference.Name) is { } assembly)
            {
                references.Add(assembly.Reference);
            }
            else if (File.Exists(file))
            {
                references.Add(MetadataReference.CreateFromFile(file));
            }
            else
            {
                string known = string.Join(", ", surface.Assemblies.Select(each => each.List.Assembly).Order(StringComparer.Ordinal));
                problems.Add($"{project.File}({reference.Line}): reference {reference.Name} is unknown: no reference list, and no file at its HintPath. Lists: {known}");
            }
        }

        references.AddRange(project.Projects.Select(file => projects[file]));
        return references.ToImmutable();
    }

    private NanoAssembly Compile(NanoProject project, Dictionary<string, MetadataReference> projects)
    {
        var clock = Stopwatch.StartNew();
        List<string> problems = [.. ReferenceCheck.Problems(project, surface)];
        ImmutableArray<MetadataReference> references = References(project, projects, problems);
        if (!LanguageVersionFacts.TryParse(project.LanguageVersion, out LanguageVersion version))
        {
            problems.Add($"{project.File}: LangVersion {project.LanguageVersion} is unknown to the compiler");
        }

        Require(problems);
        var parse = new CSharpParseOptions(
            version, project.HasDocumentation ? DocumentationMode.Diagnose : DocumentationMode.Parse, preprocessorSymbols: project.Constants);
        IEnumerable<SyntaxTree> trees = project.Sources.Select(file =>
        {
            using FileStream stream = File.OpenRead(file);
            return CSharpSyntaxTree.ParseText(SourceText.From(stream), parse, file);
        });
        OutputKind kind = project.IsExecutable ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        CSharpCompilationOptions options = Options(kind, project.AllowUnsafe, project.NoWarn)
            .WithCryptoKeyFile(project.KeyFile)
            .WithStrongNameProvider(new DesktopStrongNameProvider())
            .WithSourceReferenceResolver(Resolver(project));
        CSharpCompilation compilation = CSharpCompilation.Create(project.AssemblyName, trees, references, options);
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult result = compilation.Emit(image, symbols, options: s_emit);
        Require(result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)
            .OrderBy(error => error.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(error => error.Location.SourceSpan.Start)
            .Select(error => Message(error, project)));
        return new NanoAssembly(project, image.ToArray(), symbols.ToArray(), clock.Elapsed);
    }

    // The .pdb names sources from the folder above the project's, so that the same sources give the same bytes anywhere.
    private static SourceFileResolver Resolver(NanoProject project)
    {
        string above = Path.GetDirectoryName(project.Folder) ?? project.Folder;
        return new SourceFileResolver([], null, [new KeyValuePair<string, string>(above, "/_")]);
    }

    private static void Require(IEnumerable<string> problems)
    {
        string all = string.Join('\n', problems);
        if (all.Length > 0)
        {
            throw new SurfaceException(all);
        }
    }

    private static string Message(Diagnostic error, NanoProject project)
    {
        string where = error.Location.IsInSource ? StubSource.Where(error) : project.File;
        return $"{where}: error {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
