using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using TinyNano.Studio.Api;

namespace TinyNano.Studio.Pages;

/// <summary>The pages' files, from the assembly itself.</summary>
internal static class EmbeddedPages
{
    private const string Prefix = "pages/";
    private static readonly FrozenDictionary<string, byte[]> s_files = Load();

    private static readonly FrozenDictionary<string, string> s_types = new Dictionary<string, string>
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".html"] = "text/html; charset=utf-8",
    }.ToFrozenDictionary();

    /// <summary>False where the program was built without pages.</summary>
    public static bool ArePresent => s_files.ContainsKey("app.js");

    public static IResult Html(string name) => Results.Bytes(s_files[name], s_types[".html"]);

    public static IResult Asset(string name)
    {
        string extension = Path.GetExtension(name);
        return extension != ".html" && s_types.TryGetValue(extension, out string? type) && s_files.TryGetValue(name, out byte[]? bytes)
            ? Results.Bytes(bytes, type)
            : Problems.NotFound("file of that name");
    }

    private static FrozenDictionary<string, byte[]> Load()
    {
        Assembly assembly = typeof(EmbeddedPages).Assembly;
        Dictionary<string, byte[]> files = [];
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[name[Prefix.Length..]] = bytes;
        }

        return files.ToFrozenDictionary();
    }
}
