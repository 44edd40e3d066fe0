using TinyNano.DeviceCompiler;

namespace TinyNano.Interop.Tests;

/// <summary>The small assemblies of the folder toys, compiled here, and what the metadata processor makes of them.</summary>
internal static class Toys
{
    public sealed record Known(string Name, uint Checksum, int Rows, IReadOnlyList<string> Natives)
    {
        public override string ToString() => Name;
    }

    /// <summary>The rows of metadata_processor.txt.</summary>
    public static IReadOnlyList<Known> All { get; } = [.. Read()];

    /// <summary>Compiles NAME or NAME+SYMBOL.</summary>
    public static DeviceAssembly Open(string toy)
    {
        string[] parts = toy.Split('+');
        byte[] bytes = DeviceSource.Compile(parts[0], [Text(parts[0] + ".cs")], symbols: parts[1..]);
        return DeviceAssembly.Open(new MemoryStream(bytes), parts[0] + ".dll");
    }

    public static string Text(string file)
    {
        using var reader = new StreamReader(typeof(Toys).Assembly.GetManifestResourceStream(file)!);
        return reader.ReadToEnd();
    }

    private static IEnumerable<Known> Read()
    {
        string[] lines = [.. Text("metadata_processor.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        for (int i = 0; i < lines.Length;)
        {
            string[] head = lines[i++].Split(' ');
            int first = i;
            while (i < lines.Length && lines[i][0] == ' ')
            {
                i++;
            }

            yield return new Known(head[0], Convert.ToUInt32(head[1], 16), int.Parse(head[2]), [.. lines[first..i].Select(line => line.Trim())]);
        }
    }
}
