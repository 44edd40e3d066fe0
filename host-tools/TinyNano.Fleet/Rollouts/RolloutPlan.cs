using System.Globalization;
using System.Text.Json;

namespace TinyNano.Fleet.Rollouts;

/// <summary>Whom a rollout is for: devices by name, or a group.</summary>
public sealed record RolloutTargets
{
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The group whose topics the devices listen to, too; null for none.</summary>
    public string? Group { get; init; }
}

/// <summary>One step of a rollout: up to which share of the devices, and what they must show before the next step.</summary>
public sealed record RolloutStage
{
    /// <summary>Share of all devices that are offered the manifest by the end of this stage, above 0 and at most 1.</summary>
    public required double Share { get; init; }

    /// <summary>Share of the stage's devices that must have confirmed.</summary>
    public double Success { get; init; } = 0.95;

    /// <summary>Share of the devices offered so far that may have been reverted or refused; one more stops the rollout.</summary>
    public double Errors { get; init; } = 0.05;

    /// <summary>How long the gates must hold after enough devices have confirmed.</summary>
    public TimeSpan Soak { get; init; }

    /// <summary>Pauses the rollout when enough have not confirmed by then; zero waits for ever.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>A person must approve before this stage begins.</summary>
    public bool Approval { get; init; }
}

/// <summary>What happens when too many devices fail or a gate says stop.</summary>
public enum RolloutFailure
{
    /// <summary>No further device is offered the manifest; a person decides.</summary>
    Pause,

    /// <summary>Those who have the new model go back, all others are not offered it any more.</summary>
    Revert,
}

/// <summary>All that is decided before a rollout begins.</summary>
public sealed record RolloutPlan
{
    public required RolloutTargets Targets { get; init; }

    public required IReadOnlyList<RolloutStage> Stages { get; init; }

    /// <summary>Names of gates with their limits, for <see cref="IRolloutGate"/>s: `accuracy` to `0.05`.</summary>
    public IReadOnlyDictionary<string, string> Gates { get; init; } = new Dictionary<string, string>();

    public RolloutFailure OnFailure { get; init; } = RolloutFailure.Revert;

    /// <summary>Of the order of devices; the same salt gives the same devices first.</summary>
    public string Salt { get; init; } = "rollout";

    /// <summary>The salt of A/B splits, which are independent of the order of stages.</summary>
    public const string AbSalt = "ab";

    /// <summary>Two models side by side: a share of the devices has the new one for some time, then a person promotes or drops it.</summary>
    /// <exception cref="FleetException">TN6401: no share between 0 and 100 %.</exception>
    public static IReadOnlyList<RolloutStage> AbStages(string share, TimeSpan time, RolloutStage? pattern = null)
    {
        IReadOnlyList<RolloutStage> stages = ParseStages($"{share},100%", pattern);
        return stages.Count == 2 ? [stages[0] with { Soak = time }, stages[1] with { Approval = true }]
            : throw new FleetException("TN6401", $"'{share}' is not the share of an A/B comparison", hint: "for example --ab 50%");
    }

    /// <summary>`1%,10%,100%` as stages that share the other settings of <paramref name="pattern"/>.</summary>
    /// <exception cref="FleetException">TN6401: no shares in ascending order that end at 100 %.</exception>
    public static IReadOnlyList<RolloutStage> ParseStages(string text, RolloutStage? pattern = null)
    {
        List<RolloutStage> stages = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            bool number = double.TryParse(part.TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent);
            if (!number || !part.EndsWith('%') || percent is not (> 0 and <= 100) || (stages.Count > 0 && percent / 100 <= stages[^1].Share))
            {
                throw new FleetException("TN6401", $"stages '{text}'; expected ascending percentages", $"'{part}'", "for example --at 1%,10%,100%");
            }

            stages.Add((pattern ?? new RolloutStage { Share = 1 }) with { Share = percent / 100 });
        }

        return stages[^1].Share == 1 ? stages
            : throw new FleetException("TN6401", $"stages '{text}' end before all devices have the model", hint: "let the last stage be 100%");
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static RolloutPlan FromJson(string json) => JsonSerializer.Deserialize<RolloutPlan>(json, Json)!;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}
