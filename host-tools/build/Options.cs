using System.Globalization;

namespace TinyNano.Build;

/// <summary>What may follow the name of a target.</summary>
internal sealed record Options
{
    public bool Verbose { get; private init; }

    /// <summary>Restricts tests and fuzzers to names containing this.</summary>
    public string Only { get; private init; } = "";

    /// <summary>Inputs per fuzzer.</summary>
    public long Runs { get; private init; } = 1_000_000;

    /// <summary>For targets that pass their arguments on.</summary>
    public IReadOnlyList<string> Rest { get; private init; } = [];

    public bool Selects(string name)
    {
        return name.Contains(Only, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Returns null and the reason where the arguments make no sense.</summary>
    public static Options? Parse(ReadOnlySpan<string> arguments, bool passRest, out string error)
    {
        error = "";
        var options = new Options();
        while (arguments.Length > 0)
        {
            string name = arguments[0];
            arguments = arguments[1..];
            switch (name)
            {
                case "--verbose":
                    options = options with { Verbose = true };
                    break;

                case "--only" when arguments.Length > 0:
                    options = options with { Only = arguments[0] };
                    arguments = arguments[1..];
                    break;

                case "--runs" when arguments.Length > 0 && TryParseRuns(arguments[0], out long runs):
                    options = options with { Runs = runs };
                    arguments = arguments[1..];
                    break;

                default:
                    if (!passRest)
                    {
                        error = $"'{name}' is not understood here";
                        return null;
                    }

                    options = options with { Rest = [.. options.Rest, name] };
                    break;
            }
        }

        return options;
    }

    private static bool TryParseRuns(string text, out long runs)
    {
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out runs) && runs > 0;
    }
}
