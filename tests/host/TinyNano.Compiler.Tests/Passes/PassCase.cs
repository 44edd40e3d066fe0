using System.Runtime.CompilerServices;

namespace TinyNano.Compiler.Tests.Passes;

/// <summary>
/// One pair of a case file: <c>=== Pass: title</c>, the graph before, a line <c>---</c>, the graph after. The graph after may
/// be the one word <c>unchanged</c>.
/// </summary>
internal sealed record PassCase(string File, string Pass, string Title, string Before, string After)
{
    public static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "cases");

    public static IReadOnlyList<PassCase> All() => [.. Directory.GetFiles(Folder(), "*.ir").Order(StringComparer.Ordinal).SelectMany(Read)];

    public static void Write(string file, IEnumerable<PassCase> cases) =>
        System.IO.File.WriteAllText(file, string.Join("\n", cases.Select(c => $"=== {c.Pass}: {c.Title}\n{c.Before}---\n{c.After}")));

    private static IEnumerable<PassCase> Read(string file)
    {
        string text = System.IO.File.ReadAllText(file).ReplaceLineEndings("\n");
        foreach (string part in text.Split("=== ").Skip(1))
        {
            int line = part.IndexOf('\n', StringComparison.Ordinal);
            string[] head = part[..line].Split(": ", 2);
            string[] graphs = part[(line + 1)..].Split("---\n");
            yield return new PassCase(file, head[0], head[1], graphs[0], graphs[1].TrimEnd('\n') + "\n");
        }
    }
}
