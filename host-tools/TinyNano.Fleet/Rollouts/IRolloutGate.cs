using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Rollouts;

/// <summary>What a gate says of a stage.</summary>
public enum GateVerdict
{
    /// <summary>Nothing speaks against going on.</summary>
    Pass,

    /// <summary>Not enough is known yet; the stage waits.</summary>
    Wait,

    /// <summary>The rollout stops.</summary>
    Stop,
}

/// <summary>A gate's verdict and why, for people and for the audit trail: what was measured, and the limit.</summary>
public sealed record GateResult(string Gate, GateVerdict Verdict, string Reason);

/// <summary>
/// Looks at how the devices of a rollout are doing: drift, accuracy, latency, restarts. Asked again and again while a stage runs and soaks;
/// a stop counts at once, even before enough devices have confirmed.
/// </summary>
public interface IRolloutGate
{
    /// <summary>The name in <see cref="RolloutPlan.Gates"/>.</summary>
    string Name { get; }

    /// <param name="limit">What the plan says for this gate.</param>
    /// <param name="devices">All devices of the rollout; those that were offered the manifest have another state than idle.</param>
    GateResult Judge(RolloutRow rollout, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now);
}
