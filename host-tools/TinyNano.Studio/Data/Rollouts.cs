namespace TinyNano.Studio.Data;

/// <summary>What a person can do to a rollout.</summary>
public enum RolloutAction
{
    Pause,
    Resume,
    Revert,
}

/// <summary>One line of the list of rollouts.</summary>
/// <param name="State">`running`, `paused`, `complete`, `reverting`, `reverted` or `stopped`.</param>
/// <param name="Reason">Why it is in that state, for people; may be empty.</param>
public sealed record RolloutRow(uint Id, string Model, uint ModelVersion, string State, string Reason, int Stage, int Stages, int Devices, int Confirmed, int Failed, long Created, string CreatedBy);

/// <summary>Everything about a rollout.</summary>
/// <param name="Actions">Those that are possible now.</param>
public sealed record RolloutDetail(
    RolloutRow Row, IReadOnlyList<RolloutStage> Stages, IReadOnlyList<RolloutGate> Gates, IReadOnlyList<AuditEntry> Audit, IReadOnlyList<RolloutAction> Actions);

/// <summary>One stage: a percentage of the devices or a group.</summary>
/// <param name="State">`waiting`, `running`, `passed`, `failed` or `skipped`.</param>
public sealed record RolloutStage(string Name, double Percent, string State, int Devices, int Receiving, int Trial, int Confirmed, int Failed, long? Started, long? Ended);

/// <summary>One condition for going on.</summary>
/// <param name="Measured">With its unit; empty while there is too little data or where the detail says it.</param>
/// <param name="Limit">What it is compared with.</param>
/// <param name="State">`waiting`, `passed` or `failed`.</param>
public sealed record RolloutGate(string Name, string Measured, string Limit, string State, string Detail);

/// <summary>Who did what and why, newest first in lists.</summary>
public sealed record AuditEntry(long At, string Who, string What, string Detail);
