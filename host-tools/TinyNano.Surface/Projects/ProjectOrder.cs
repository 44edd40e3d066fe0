namespace TinyNano.Surface.Projects;

/// <summary>Projects in the order in which they can be compiled.</summary>
internal static class ProjectOrder
{
    /// <summary>The projects and everything they reference, each behind what it references.</summary>
    /// <exception cref="SurfaceException">A project is wrong, or references itself by way of others.</exception>
    public static IReadOnlyList<NanoProject> Read(IEnumerable<string> files)
    {
        var ordered = new List<NanoProject>();
        var known = new Dictionary<string, NanoProject>();
        var path = new List<string>();
        foreach (string file in files)
        {
            Visit(Path.GetFullPath(file));
        }

        return ordered;

        void Visit(string file)
        {
            if (path.Contains(file))
            {
                IEnumerable<string> circle = path.SkipWhile(each => each != file).Append(file).Select(Path.GetFileName)!;
                throw new SurfaceException($"{file}: the projects reference one another in a circle: {string.Join(" -> ", circle)}");
            }

            if (known.ContainsKey(file))
            {
                return;
            }

            path.Add(file);
            NanoProject project = NanoProjectReader.Read(file);
            foreach (string referenced in project.Projects)
            {
                Visit(referenced);
            }

            path.RemoveAt(path.Count - 1);
            known.Add(file, project);
            ordered.Add(project);
        }
    }
}
