using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Demo.Fleets;

/// <summary>Waits for what the desk's database comes to know.</summary>
internal sealed class FleetWatch(FleetDesk desk, Task devices, TimeSpan patience, CancellationToken cancel)
{
    // What the gate asks of a device's past, and a good deal more.
    private const int Past = 200;

    /// <summary>All alarms as soon as one device has its own.</summary>
    /// <param name="clean">Samples before its camera went wrong.</param>
    public List<FleetAlarm> AwaitAlarm(string device, int clean, TimeSpan look)
    {
        DriftReportRow? row = null;
        Await(() => (row = DriftReport.OfDevice(desk.Database, device)).Verdict is { Drifts: true }, look, () => $"no alarm of {device}: {row?.Verdict?.ToString() ?? row?.Note}");
        return [.. desk.Drift().Where(r => r.Verdict is { Drifts: true }).Select(r => new FleetAlarm(r.Subject, r.Verdict!.SinceSample!.Value - (r.Subject == device ? clean : 0), r.Verdict.Findings[0].ToString()))];
    }

    /// <summary>Until every device has a past with its model that a gate can compare with.</summary>
    public void AwaitPast(int count, TimeSpan look)
    {
        int known = 0;
        Await(() => (known = desk.Database.Read(s => Health.Devices(s).Count(d => Health.Latest(s, d)!.Inferences >= Past))) >= count, look, () => $"{known} of {count} devices have {Past} inferences");
    }

    /// <summary>The end of a rollout, whatever it is.</summary>
    public RolloutRow AwaitRollout(long id, TimeSpan look, Action<string> say)
    {
        string said = "";
        RolloutRow row = desk.Rollout(id);
        Await(
            () =>
            {
                row = desk.Rollout(id);
                string now = string.Join(", ", desk.Database.Read(s => RolloutTable.DevicesOf(s, id)).Where(d => d.State != RolloutDeviceState.Idle).CountBy(d => d.State).OrderBy(c => c.Key).Select(c => $"{c.Value} {c.Key.ToString().ToLowerInvariant()}"));
                if (now != said && now.Length > 0)
                {
                    say($"  stage {row.Stage + 1}: {now}");
                    said = now;
                }

                return row.State is RolloutState.Reverted or RolloutState.Finished or RolloutState.Paused or RolloutState.Cancelled;
            },
            look, () => $"the rollout is {row.State} in stage {row.Stage + 1}: {said}");
        return row;
    }

    /// <summary>Waits until so many devices say in their latest health message that they run a version; returns how many do.</summary>
    public int AwaitVersion(uint version, int count, TimeSpan look)
    {
        int run = 0;
        Await(() => (run = desk.Database.Read(s => Health.Devices(s).Count(d => Health.Latest(s, d)!.ModelVersion == version))) >= count, look, () => $"{run} of {count} devices run version {version}");
        return run;
    }

    /// <summary>How many devices ran a version at any time, and their inferences with it as far as they were reported.</summary>
    public (int Devices, long Inferences) Ran(uint version)
    {
        long[] inferences = [.. desk.Database.Read(s => Health.Devices(s).Select(d => Health.Of(s, d).Where(r => r.ModelVersion == version).Select(r => (long)r.Inferences).DefaultIfEmpty(0).Max()).ToArray())];
        return (inferences.Count(i => i > 0), inferences.Sum());
    }

    private void Await(Func<bool> holds, TimeSpan look, Func<string> far)
    {
        DateTime until = DateTime.UtcNow + patience;
        while (!holds())
        {
            cancel.ThrowIfCancellationRequested();
            if (devices.IsCompleted)
            {
                devices.GetAwaiter().GetResult();
                throw new InvalidOperationException("the devices ended before the demo did");
            }

            if (DateTime.UtcNow > until)
            {
                throw new TimeoutException($"the fleet did not get there within {patience.TotalSeconds:0} s: {far()}");
            }

            cancel.WaitHandle.WaitOne(look);
        }
    }
}
