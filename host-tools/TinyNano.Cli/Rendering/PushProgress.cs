using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Cli.Rendering;

/// <summary>How far a rollout is: a line that changes on a terminal, else a line whenever something has changed. To standard error.</summary>
internal sealed class PushProgress(Output console) : IDisposable
{
    private const int MostSingly = 8;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly bool _terminal = !Console.IsErrorRedirected && !console.Json;
    private string _last = "";
    private DateTime _at;

    public void Say(string text)
    {
        lock (_lock)
        {
            Console.Error.WriteLine(_terminal && _last.Length > 0 ? $"\r{text.PadRight(_last.Length)}" : text);
            _last = "";
        }
    }

    public void Show(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices)
    {
        string line = Line(row, devices);
        lock (_lock)
        {
            if (line == _last || (!_terminal && DateTime.UtcNow - _at < Period))
            {
                return;
            }

            if (_terminal)
            {
                Console.Error.Write($"\r{line.PadRight(_last.Length)}");
            }
            else if (!console.Json)
            {
                Console.Error.WriteLine(line);
            }

            (_last, _at) = (line, DateTime.UtcNow);
        }
    }

    public void Dispose()
    {
        if (_terminal && _last.Length > 0)
        {
            Console.Error.WriteLine();
        }
    }

    private static string Line(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices)
    {
        string stage = row.Plan.Stages.Count > 1 ? $"stage {row.Stage + 1}/{row.Plan.Stages.Count}, " : "";
        if (devices.Count <= MostSingly)
        {
            return stage + string.Join(", ", devices.Select(d => $"{d.Device} {d.State.ToString().ToLowerInvariant()}{(d.State == RolloutDeviceState.Receiving && d.Parts > 0 ? $" {100 * d.PartsStored / d.Parts} %" : "")}"));
        }

        long parts = devices.Sum(d => (long)d.Parts);
        string states = string.Join(", ", devices.CountBy(d => d.State).OrderBy(c => c.Key).Select(c => $"{c.Value:N0} {c.Key.ToString().ToLowerInvariant()}"));
        return $"{stage}{states}{(parts > 0 ? $", {100 * devices.Sum(d => (long)d.PartsStored) / parts} % of the parts" : "")}";
    }
}
