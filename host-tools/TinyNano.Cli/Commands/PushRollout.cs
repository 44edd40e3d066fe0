using TinyNano.Cli.Rendering;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Cli.Commands;

/// <summary>A model's rollout from the push to its end, with progress.</summary>
internal static class PushRollout
{
    public static int Run(
        Output console, FleetDatabase database, BrokerConnection bus, UpdateServer server, bool served, byte[] manifest, byte[]? revert, RolloutPlan plan, TimeSpan patience,
        CancellationToken cancel)
    {
        DateTimeOffset now = database.Time.GetUtcNow();
        string name = Manifests.Decode(manifest).Model;
        long id = database.Write(s =>
        {
            long number = RolloutTable.Add(s, new RolloutRow
            {
                Name = name, Session = Manifests.SessionOf(manifest), RevertSession = revert is null ? null : Manifests.SessionOf(revert), Plan = plan, State = RolloutState.Running,
                Created = now, CreatedBy = Environment.UserName,
            });
            Audit.Add(s, now, Environment.UserName, "rollout.start", name, number, "", plan.ToJson());
            return number;
        });
        console.Comment($"rollout     {id}, {plan.Targets.Devices.Count} devices, stages {string.Join(", ", plan.Stages.Select(s => $"{s.Share:P0}"))}{(served ? "; the server that runs already serves it" : "")}");
        RolloutDriver? driver = served ? null : new RolloutDriver(database, server, HealthGates.All(database));
        try
        {
            using PushProgress progress = new(console);
            if (driver is not null)
            {
                bus.Connected += driver.PublishAgain;
                driver.Said += progress.Say;
                server.Trouble += progress.Say;
                driver.Start();
            }

            RolloutRow row;
            while (true)
            {
                row = database.Read(s => RolloutTable.Find(s, id))!;
                progress.Show(row, database.Read(s => RolloutTable.DevicesOf(s, id)));
                bool open = row.State is RolloutState.Running or RolloutState.Reverting || (row.State == RolloutState.Finished && StragglersAreUnderWay(database, row));
                if (!open || cancel.IsCancellationRequested || database.Time.GetUtcNow() - now > patience)
                {
                    break;
                }

                cancel.WaitHandle.WaitOne(250);
            }

            PushCommand.Run(server.FlushAsync());
            row = database.Read(s => RolloutTable.Find(s, id))!;
            List<RolloutDeviceRow> devices = database.Read(s => RolloutTable.DevicesOf(s, id));
            PushText.Summary(console, row, devices, server.Counts, database.Time.GetUtcNow() - now);
            if (plan.Salt == RolloutPlan.AbSalt && row.State == RolloutState.Waiting)
            {
                FleetRollouts.Write(Console.Error, row, AbReport.Of(database, row));
                console.Comment($"`tinynano fleet ab {id} --promote` or `--drop` ends the comparison");
                return ExitCode.Done;
            }

            return devices.Count > 0 && devices.All(d => d.State == RolloutDeviceState.Confirmed) ? ExitCode.Done : ExitCode.Refused;
        }
        finally
        {
            if (driver is not null)
            {
                PushCommand.Run(driver.DisposeAsync().AsTask());
            }
        }
    }

    // Enough have confirmed for the rollout to be finished, but others are still busy; those that were never heard of are not waited for.
    private static bool StragglersAreUnderWay(FleetDatabase database, RolloutRow row) => database.Read(s => RolloutTable.DevicesOf(s, row.Id))
        .Exists(d => d.State is RolloutDeviceState.Receiving or RolloutDeviceState.Stored or RolloutDeviceState.Shadow or RolloutDeviceState.Trial);
}
