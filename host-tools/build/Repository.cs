namespace TinyNano.Build;

/// <summary>The folders of the repository that the build targets read and write.</summary>
internal sealed class Repository
{
    private Repository(string root)
    {
        Root = root;
    }

    public string Root { get; }

    public string Artifacts => At("artifacts");

    /// <summary>Where the simulator looks for the shared C library.</summary>
    public string NativeHost => At("artifacts", "native", "host");

    /// <summary>Where the launcher scripts look for the command line.</summary>
    public string Cli => At("artifacts", "cli");

    /// <summary>Walks up from the current directory to the folder that holds the solution.</summary>
    public static Repository Find()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TinyNano.sln")))
            {
                return new Repository(folder.FullName);
            }
        }

        throw new BuildException("TinyNano.sln is neither here nor in a folder above; run ./build.sh in its folder");
    }

    public string At(params string[] parts)
    {
        return Path.Combine([Root, .. parts]);
    }

    public string Relative(string path)
    {
        return Path.GetRelativePath(Root, path);
    }

    /// <summary>The files directly in a folder, in a stable order; none where there is no such folder.</summary>
    public string[] Files(string folder, string pattern)
    {
        string path = At(folder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        string[] files = Directory.GetFiles(path, pattern);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
