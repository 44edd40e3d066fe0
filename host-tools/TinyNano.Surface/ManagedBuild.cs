using TinyNano.Surface.Projects;

namespace TinyNano.Surface;

/// <summary>The build step for the device side: reference assemblies, then every project under managed and tests/managed.</summary>
public static class ManagedBuild
{
    /// <summary>
    /// Writes artifacts/reference/*.dll and artifacts/managed/PROJECT/ASSEMBLY.dll (.pdb), and tells <paramref name="output"/>
    /// one line about each. Test projects share the assembly name NFUnitTest, hence a folder each.
    /// </summary>
    /// <returns>What was compiled; the folder is <see cref="OutputFolder"/>.</returns>
    /// <exception cref="SurfaceException">A list or a project is wrong; nothing is written for it and what follows it.</exception>
    public static IReadOnlyList<NanoAssembly> Run(string repositoryRoot, TextWriter output)
    {
        ReferenceSurface surface = Surface(repositoryRoot);
        surface.Save(Path.Combine(repositoryRoot, "artifacts", "reference"));
        output.WriteLine(
            $"reference   {surface.Assemblies.Count} assemblies, {surface.Assemblies.Sum(a => a.List.Types.Count)} types, " +
            $"{surface.Assemblies.Sum(a => a.List.MemberCount)} members");
        IReadOnlyList<NanoAssembly> assemblies = new ProjectCompiler(surface).Compile(Projects(repositoryRoot));
        foreach (NanoAssembly assembly in assemblies)
        {
            Save(assembly, OutputFolder(repositoryRoot, assembly.Project));
            output.WriteLine($"compiled    {Path.GetRelativePath(repositoryRoot, assembly.Project.File)}   {assembly.Image.Length:N0} B");
        }

        return assemblies;
    }

    /// <summary>nanoFramework's surface as the repository lists it.</summary>
    public static ReferenceSurface Surface(string repositoryRoot) => ReferenceSurface.Load(Path.Combine(repositoryRoot, "managed", "reference"));

    /// <summary>Every .nfproj of the repository, in a stable order.</summary>
    public static IReadOnlyList<string> Projects(string repositoryRoot)
    {
        var files = new List<string>();
        foreach (string folder in new[] { Path.Combine(repositoryRoot, "managed"), Path.Combine(repositoryRoot, "tests", "managed") })
        {
            if (Directory.Exists(folder))
            {
                files.AddRange(Directory.GetFiles(folder, "*.nfproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            }
        }

        return files;
    }

    /// <summary>Where <see cref="Run"/> puts a project's assembly.</summary>
    public static string OutputFolder(string repositoryRoot, NanoProject project) =>
        Path.Combine(repositoryRoot, "artifacts", "managed", Path.GetFileNameWithoutExtension(project.File));

    /// <summary>Writes ASSEMBLY.dll (or .exe) and its .pdb.</summary>
    public static void Save(NanoAssembly assembly, string folder)
    {
        Directory.CreateDirectory(folder);
        string name = Path.Combine(folder, assembly.Project.AssemblyName);
        File.WriteAllBytes(name + (assembly.Project.IsExecutable ? ".exe" : ".dll"), assembly.Image);
        File.WriteAllBytes(name + ".pdb", assembly.Symbols);
    }
}
