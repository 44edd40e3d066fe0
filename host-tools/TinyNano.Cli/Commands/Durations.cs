using System.Globalization;
using TinyNano.Fleet;

namespace TinyNano.Cli.Commands;

/// <summary>Durations as people type them: 50ms, 60s, 5m, 2h, 250us; a bare number is seconds.</summary>
internal static class Durations
{
    private static readonly (string Unit, double Seconds)[] Units = [("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <exception cref="FleetException">TN6101: not a duration.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        (string unit, double seconds) = Units.FirstOrDefault(u => text.EndsWith(u.Unit, StringComparison.Ordinal), ("", 1));
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * seconds < 1e9
            ? TimeSpan.FromTicks((long)Math.Round(number * seconds * TimeSpan.TicksPerSecond))
            : throw new FleetException("TN6101", $"{option} {text}: not a duration", hint: "expected a number with us, ms, s, m or h, such as 50ms");
    }
}
