using System.Globalization;
using TinyNano.Fleet;
using TinyNano.Fleet.Rollouts;

namespace TinyNano.Cli.Commands;

/// <summary>`--at` and `--gate` as stages and gates on health.</summary>
internal static class PushStages
{
    public static readonly string[] HealthGateNames = ["accuracy", "latency", "restarts", "drift"];

    /// <exception cref="FleetException">TN6401: a stage or gate that cannot be read.</exception>
    public static IReadOnlyList<RolloutStage> Read(string at, string[] gates, out IReadOnlyDictionary<string, string> health)
    {
        RolloutStage pattern = new() { Share = 1 };
        Dictionary<string, string> found = [];
        foreach (string[] gate in gates.SelectMany(g => g.Split(',')).Select(g => g.Split('=', 2)))
        {
            string value = gate.Length == 2 ? gate[1] : "";
            pattern = gate[0] switch
            {
                "success" => pattern with { Success = Share(gate[0], value) },
                "errors" => pattern with { Errors = Share(gate[0], value) },
                "soak" => pattern with { Soak = Durations.Parse("--gate soak", value) },
                "timeout" => pattern with { Timeout = Durations.Parse("--gate timeout", value) },
                "approval" => pattern with { Approval = true },
                _ when HealthGateNames.Contains(gate[0]) => pattern,
                _ => throw new FleetException("TN6401", "unknown gate", $"'{gate[0]}'", $"there are success, errors, soak, timeout, approval, {string.Join(", ", HealthGateNames)}"),
            };
            if (HealthGateNames.Contains(gate[0]))
            {
                found[gate[0]] = value;
            }
        }

        health = found;
        return RolloutPlan.ParseStages(at, pattern);
    }

    private static double Share(string name, string text) =>
        double.TryParse(text.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && (text.EndsWith('%') ? value / 100 : value) is >= 0 and <= 1 and double share
            ? share
            : throw new FleetException("TN6401", $"--gate {name}={text}: not a share", hint: "such as 95% or 0.95");
}
