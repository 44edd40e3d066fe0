using System.Text.RegularExpressions;

namespace TinyNano.Surface.Lists;

/// <summary>Reads managed/reference/*.txt. Whether a signature is good C# is found out later, by <see cref="StubSource"/>.</summary>
public static partial class SignatureListParser
{
    private static readonly string[] s_header = ["assembly", "package", "source", "requires"];

    /// <exception cref="SurfaceException">The file is not a list; the message says where and what was expected.</exception>
    public static SignatureList Read(string path) => Parse(File.ReadAllText(path), path);

    public static SignatureList Parse(string text, string file)
    {
        var header = new Dictionary<string, string>();
        var types = new List<ListedType>();
        var names = new Dictionary<string, int>();
        List<ListedMember>? members = null;
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            int number = i + 1;
            string line = lines[i].TrimEnd();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == ' ')
            {
                if (members is null)
                {
                    throw new SurfaceException(file, number, "expected a 'type' line before the first member");
                }

                members.Add(new ListedMember(number, line.Trim()));
                continue;
            }

            (string word, string rest) = Split(line);
            if (word == "type")
            {
                members = [];
                ListedType type = ParseType(rest, members, file, number);
                if (!names.TryAdd(type.FullName, number))
                {
                    throw new SurfaceException(file, number, $"type {type.FullName} is listed already, in line {names[type.FullName]}");
                }

                types.Add(type);
            }
            else if (!s_header.Contains(word))
            {
                throw new SurfaceException(file, number, $"expected 'type', a member (indented), '#' or one of {string.Join(", ", s_header)}; found '{word}'");
            }
            else if (types.Count > 0)
            {
                throw new SurfaceException(file, number, $"'{word}' belongs before the first type");
            }
            else if (!header.TryAdd(word, rest))
            {
                throw new SurfaceException(file, number, $"'{word}' is given twice");
            }
        }

        return Build(header, types, file, lines.Length);
    }

    private static SignatureList Build(Dictionary<string, string> header, List<ListedType> types, string file, int end)
    {
        foreach (string word in s_header)
        {
            bool needed = word != "requires" || header["assembly"] != "mscorlib";
            if (needed && (!header.TryGetValue(word, out string? value) || value.Length == 0))
            {
                throw new SurfaceException(file, end, $"expected a line '{word} ...' before the types");
            }
        }

        string name = header["assembly"];
        if (Path.GetFileNameWithoutExtension(file) != name)
        {
            throw new SurfaceException(file, 1, $"the list of assembly {name} must be a file named {name}.txt");
        }

        (string package, string version) = Split(header["package"]);
        if (!Version.TryParse(version, out Version? parsed) || parsed.Build < 0 || parsed.Revision >= 0)
        {
            throw new SurfaceException(file, 1, $"expected 'package ID MAJOR.MINOR.PATCH', found 'package {header["package"]}'");
        }

        return new SignatureList
        {
            File = file,
            Assembly = name,
            Package = package,
            PackageVersion = parsed,
            Source = header["source"],
            Requires = header.GetValueOrDefault("requires", "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Types = types,
        };
    }

    private static ListedType ParseType(string text, List<ListedMember> members, string file, int line)
    {
        Match match = TypeLine().Match(text);
        if (!match.Success)
        {
            throw new SurfaceException(
                file, line, $"expected '[modifiers] class|struct|interface|enum Full.Name [: bases]' or 'delegate Type Full.Name(parameters)', found '{text}'");
        }

        string full = match.Groups["name"].Value;
        int cut = full.LastIndexOfAny(['.', '+']);
        if (cut <= 0)
        {
            throw new SurfaceException(file, line, $"type {full} has no namespace");
        }

        string kind = match.Groups["kind"].Value;
        return new ListedType
        {
            Line = line,
            Kind = kind.StartsWith("delegate", StringComparison.Ordinal) ? "delegate" : kind,
            Container = full[..cut].Replace('+', '.'),
            IsNested = full[cut] == '+',
            Name = full[(cut + 1)..],
            Head = match.Groups["head"].Value,
            Tail = match.Groups["tail"].Value,
            Members = members,
        };
    }

    private static (string Word, string Value) Split(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (line, "") : (line[..space], line[space..].Trim());
    }

    [GeneratedRegex(@"^(?<head>(\[.*\] )?([a-z]+ )*?(?<kind>class|struct|interface|enum|delegate [\w.\[\]]+) )(?<name>[\w.+]+)(?<tail>( : .*|\(.*\))?)$")]
    private static partial Regex TypeLine();
}
