using Microsoft.CodeAnalysis;
using TinyNano.Surface.Lists;

namespace TinyNano.Surface;

/// <summary>One reference assembly: its list and the bytes made of it.</summary>
public sealed class SurfaceAssembly
{
    internal SurfaceAssembly(SignatureList list, byte[] image)
    {
        List = list;
        Image = image;
        Reference = MetadataReference.CreateFromImage(image, filePath: list.Assembly + ".dll");
    }

    public SignatureList List { get; }

    public byte[] Image { get; }

    internal MetadataReference Reference { get; }
}

/// <summary>nanoFramework's public surface, as far as managed/reference lists it.</summary>
public sealed class ReferenceSurface
{
    private readonly Dictionary<string, SurfaceAssembly> _assemblies;

    private ReferenceSurface(Dictionary<string, SurfaceAssembly> assemblies)
    {
        _assemblies = assemblies;
    }

    public IReadOnlyCollection<SurfaceAssembly> Assemblies => _assemblies.Values;

    /// <summary>Reads every list in <paramref name="folder"/> and compiles them.</summary>
    /// <exception cref="SurfaceException">A list is wrong, or the folder has none.</exception>
    public static ReferenceSurface Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new SurfaceException($"{folder}: no such folder; it should hold the reference lists, one ASSEMBLY.txt each");
        }

        string[] files = Directory.GetFiles(folder, "*.txt");
        if (files.Length == 0)
        {
            throw new SurfaceException($"{folder}: no reference lists (ASSEMBLY.txt) in this folder");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return From([.. files.Select(SignatureListParser.Read)]);
    }

    internal static ReferenceSurface From(IReadOnlyList<SignatureList> lists)
    {
        return new ReferenceSurface(SurfaceWriter.Write(lists).ToDictionary(assembly => assembly.List.Assembly));
    }

    public SurfaceAssembly? Find(string name) => _assemblies.GetValueOrDefault(name);

    /// <summary>Writes ASSEMBLY.dll for every list.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (SurfaceAssembly assembly in Assemblies)
        {
            File.WriteAllBytes(Path.Combine(folder, assembly.List.Assembly + ".dll"), assembly.Image);
        }
    }
}
