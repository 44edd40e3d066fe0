using System.Globalization;
using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Cli.Commands;

/// <summary>`--shape name=1,3,96,96` arguments.</summary>
internal static class ShapeArguments
{
    /// <summary>Shapes by input name; CompileException TN1051 for an argument of another form.</summary>
    public static Dictionary<string, IReadOnlyList<int>> Parse(IEnumerable<string> arguments)
    {
        Dictionary<string, IReadOnlyList<int>> shapes = [];
        foreach (string argument in arguments)
        {
            int equals = argument.LastIndexOf('=');
            List<int> dims = [];
            foreach (string word in equals > 0 ? argument[(equals + 1)..].Split(',') : [""])
            {
                if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int dim) || dim < 1)
                {
                    throw new CompileException("TN1051", $"--shape '{argument}': expected NAME=D,D,... with dimensions of at least 1", null, "for example --shape image=1,3,96,96");
                }

                dims.Add(dim);
            }

            shapes[argument[..equals]] = dims;
        }

        return shapes;
    }
}
