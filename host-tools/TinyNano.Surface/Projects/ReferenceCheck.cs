using System.Text.RegularExpressions;

namespace TinyNano.Surface.Projects;

/// <summary>
/// Compares a project's references with the packages that hold the assemblies. The compilation here does not need the
/// packages; Visual Studio does, and a wrong hint path shows there only.
/// </summary>
internal static partial class ReferenceCheck
{
    public static IEnumerable<string> Problems(NanoProject project, ReferenceSurface surface)
    {
        foreach (NanoReference reference in project.References)
        {
            SurfaceAssembly? assembly = surface.Find(reference.Name);
            if (assembly is null || reference.HintPath is null)
            {
                continue;
            }

            string where = $"{project.File}({reference.Line}): reference {reference.Name}";
            string package = assembly.List.Package;
            Match hint = PackageFolder().Match(reference.HintPath);
            if (!hint.Success || !hint.Groups["id"].Value.Equals(package, StringComparison.OrdinalIgnoreCase))
            {
                yield return $"{where}: expected a HintPath into packages/{package}.{assembly.List.PackageVersion}/lib, found {reference.HintPath}";
                continue;
            }

            string version = hint.Groups["version"].Value;
            if (!Version.TryParse(version, out Version? parsed) || (parsed.Major, parsed.Minor) != (assembly.List.PackageVersion.Major, assembly.List.PackageVersion.Minor))
            {
                yield return $"{where}: the HintPath names version {version} of {package}, the reference list is of {assembly.List.PackageVersion}";
            }

            if (Path.GetFileNameWithoutExtension(hint.Groups["file"].Value) != reference.Name)
            {
                yield return $"{where}: the HintPath ends with {hint.Groups["file"].Value}";
            }

            if (!project.Packages.TryGetValue(package, out string? listed))
            {
                yield return $"{where}: packages.config lacks {package} {version}";
            }
            else if (listed != version)
            {
                yield return $"{where}: the HintPath names version {version} of {package}, packages.config {listed}";
            }
        }

        foreach (string name in project.References.Select(reference => reference.Name))
        {
            foreach (string needed in surface.Find(name)?.List.Requires ?? [])
            {
                string package = surface.Find(needed)!.List.Package;
                if (project.Packages.Count > 0 && !project.Packages.ContainsKey(package))
                {
                    yield return $"{project.File}: packages.config lacks {package}, which {name} requires";
                }
            }
        }
    }

    [GeneratedRegex(@"(^|/)packages/(?<id>[A-Za-z_][\w.]*?)\.(?<version>\d[\w.\-]*)/lib/(?<file>[\w.]+)$")]
    private static partial Regex PackageFolder();
}
