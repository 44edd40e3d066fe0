using TinyNano.Contracts;
using TinyNano.Fleet.Rollouts;
using TinyNano.Simulator;

namespace TinyNano.Studio.Database;

/// <summary>Words for the numbers of docs/PROTOCOL.md.</summary>
internal static class Names
{
    private static readonly string[] s_states = ["booting", "running", "no_model", "failed", "sleeping", "stopped", "no_sensor"];
    private static readonly string[] s_updates = ["empty", "receiving", "stored", "shadow", "trial", "confirmed", "reverted", "refused"];

    public static string State(int? state) => state is int s && s >= 0 && s < s_states.Length ? s_states[s] : "unknown";

    public static string Update(int? state) => state is int s && s >= 0 && s < s_updates.Length ? s_updates[s] : "empty";

    public static string Engine(int? engine) => engine switch { 1 => "native", 2 => "managed", _ => "unknown" };

    public static IReadOnlyList<string> Alarms(int bits) =>
    [
        .. (bits & HealthMessage.ConfidenceAlarm) != 0 ? ["confidence fell"] : Array.Empty<string>(),
        .. (bits & HealthMessage.AnomalyAlarm) != 0 ? ["anomalies rose"] : Array.Empty<string>(),
    ];

    /// <summary>What a status means and what to do; empty for 0.</summary>
    public static string Explain(int status) =>
        status == 0 ? "" : Explanations.Statuses.FirstOrDefault(s => s.Code == $"{status}") is Explanation e ? $"{e.Meaning}; {e.Cure}" : "not known to this program";

    public static string Rollout(RolloutState state) => state switch
    {
        RolloutState.Finished => "complete",
        RolloutState.Cancelled => "stopped",
        _ => state.ToString().ToLowerInvariant(),
    };
}
