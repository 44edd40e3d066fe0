using System.CommandLine;
using System.Diagnostics;
using TinyNano.Cli.Rendering;
using TinyNano.Fleet;
using TinyNano.Fleet.Export;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano serve`: answers devices and carries rollouts on until it is told to end.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        Option<double> rate = new("--bytes-per-second") { Description = "limit of all part messages together; 0 for none" };
        Option<double> deviceRate = new("--device-messages-per-second") { Description = "part messages per second to one device; 0 for no limit", DefaultValueFactory = _ => new UpdateServerOptions().DeviceMessagesPerSecond };
        Option<string> gap = new("--group-gap") { Description = "pause after each part that goes to a group", DefaultValueFactory = _ => "50ms" };
        Option<string?> share = new("--share") { Description = "name of a shared subscription: servers with the same name split the requests" };
        Option<int> port = new("--health-port") { Description = "port on 127.0.0.1 that tells how the server is doing, as JSON, and has /metrics; 0 for none", DefaultValueFactory = _ => 9464 };
        Option<string> log = new("--log-every") { Description = "time between two lines of progress", DefaultValueFactory = _ => "10s" };
        Command command = new("serve", "Serves updates to devices and carries on rollouts, until Ctrl-C. --broker embedded[:PORT] starts a broker on 127.0.0.1, too.")
        {
            rate, deviceRate, gap, share, port, log,
        };
        FleetOptions fleet = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            using FleetDatabase database = fleet.Open(parsed);
            if (parsed.GetValue(share) is not null && fleet.IsEmbedded(parsed, out _))
            {
                throw new FleetException("TN6302", "the embedded broker has no shared subscriptions", "--share", "name a broker that has them, such as mosquitto, with --broker host:port");
            }

            using EmbeddedBroker? broker = fleet.IsEmbedded(parsed, out int embedded) ? EmbeddedBroker.Start(embedded) : null;
            using BrokerConnection bus = BrokerConnection.Start(fleet.Broker(parsed, broker?.Port));
            PushCommand.Run(bus.WaitAsync(TimeSpan.FromSeconds(30), cancel));
            UpdateServerOptions options = new()
            {
                Root = fleet.Root(parsed), BytesPerSecond = parsed.GetValue(rate), DeviceMessagesPerSecond = parsed.GetValue(deviceRate),
                GroupGap = Durations.Parse("--group-gap", parsed.GetRequiredValue(gap)), Share = parsed.GetValue(share),
            };
            return Serve(console, database, bus, options, parsed.GetValue(port), Durations.Parse("--log-every", parsed.GetRequiredValue(log)), cancel);
        });
    }

    private static int Serve(Output console, FleetDatabase database, BrokerConnection bus, UpdateServerOptions options, int port, TimeSpan every, CancellationToken cancel)
    {
        string id = $"{Environment.MachineName}-{Environment.ProcessId}";
        UpdateServer server = new(database, bus, options);
        RolloutDriver driver = new(database, server, HealthGates.All(database));
        driver.Said += text => Say(console, text);
        server.Trouble += text => Say(console, text);
        bus.Connected += driver.PublishAgain;
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            PushCommand.Run(server.StartAsync());
            driver.PublishAgain();
            driver.Start();
            using HealthEndpoint? endpoint = port == 0 ? null : HealthEndpoint.Start(port, () => Report(database, bus, server, watch.Elapsed), () => Metrics(database, bus, server));
            Say(console, $"serving {options.Root} at {bus.Address} from {database.Where}{(port == 0 ? "" : $", health at http://127.0.0.1:{port}/, metrics at /metrics")}; Ctrl-C ends it");
            string last = "";
            TimeSpan next = every;
            TimeSpan beat = TimeSpan.Zero;
            while (!cancel.IsCancellationRequested)
            {
                if (watch.Elapsed >= beat)
                {
                    beat = watch.Elapsed + Heartbeat;
                    Beat(console, database, id, bus.Address, options.Root);
                }

                if (watch.Elapsed >= next)
                {
                    next = watch.Elapsed + every;
                    string line = Line(database, bus, server);
                    if (line != last)
                    {
                        Say(console, line);
                        last = line;
                    }
                }

                cancel.WaitHandle.WaitOne(200);
            }
        }
        finally
        {
            PushCommand.Run(driver.DisposeAsync().AsTask());
            PushCommand.Run(server.DisposeAsync().AsTask());
            database.Write(s => Servers.Ended(s, id));
        }

        ServerCounts counts = server.Counts;
        console.Result(
            new { seconds = watch.Elapsed.TotalSeconds, counts },
            text => text.WriteLine($"ended after {watch.Elapsed:g}: {counts.Messages + counts.GroupMessages:N0} part messages, {counts.Bytes + counts.GroupBytes:N0} B, {counts.Requests:N0} requests"));
        return ExitCode.Done;
    }

    private static void Beat(Output console, FleetDatabase database, string id, string address, string root)
    {
        try
        {
            database.Write(s => Servers.Seen(s, id, address, root, database.Time.GetUtcNow()));
        }
        catch (DatabaseException e)
        {
            Say(console, e.Message);
        }
    }

    private static (bool Well, object Report) Report(FleetDatabase database, BrokerConnection bus, UpdateServer server, TimeSpan up)
    {
        IReadOnlyList<RolloutRow> active = database.Read(RolloutTable.Active);
        bool well = bus.IsConnected;
        (long committed, long batches, long failed, int waiting) = database.Writes;
        return (well, new
        {
            status = well ? "ok" : "no broker",
            seconds = (long)up.TotalSeconds,
            broker = new { address = bus.Address, connected = bus.IsConnected, connections = bus.Connections, failure = bus.LastFailure },
            database = new { where = database.Where, committed, batches, failed, waiting },
            devices = server.Devices,
            keptBytes = server.KeptBytes,
            counts = server.Counts,
            rollouts = active.Select(r => new { id = r.Id, name = r.Name, state = r.State.ToString(), stage = r.Stage + 1, stages = r.Plan.Stages.Count, reason = r.Reason }),
        });
    }

    private static string Metrics(FleetDatabase database, BrokerConnection bus, UpdateServer server)
    {
        ServerCounts c = server.Counts;
        return PrometheusText.Rollouts(database) + PrometheusText.Own(
            ("tinynano_broker_connected", "gauge", "1 while the broker is connected.", bus.IsConnected ? 1 : 0),
            ("tinynano_server_requests_total", "counter", "Part requests.", c.Requests),
            ("tinynano_server_parts_total", "counter", "Part messages sent.", c.Messages + c.GroupMessages),
            ("tinynano_server_part_bytes_total", "counter", "Their bytes.", c.Bytes + c.GroupBytes),
            ("tinynano_server_lost_total", "counter", "Messages that the broker did not take.", c.Lost),
            ("tinynano_server_malformed_total", "counter", "Messages that are none.", c.Malformed));
    }

    private static string Line(FleetDatabase database, BrokerConnection bus, UpdateServer server)
    {
        ServerCounts c = server.Counts;
        string rollouts = string.Join("; ", database.Read(RolloutTable.Active).Select(r =>
        {
            List<RolloutDeviceRow> devices = database.Read(s => RolloutTable.DevicesOf(s, r.Id));
            return $"rollout {r.Id} {r.State.ToString().ToLowerInvariant()} stage {r.Stage + 1}/{r.Plan.Stages.Count}, {devices.Count(d => d.State == RolloutDeviceState.Confirmed):N0} of {devices.Count:N0} confirmed";
        }));
        return $"{(bus.IsConnected ? "" : $"no broker ({bus.LastFailure}); ")}{c.Requests:N0} requests, {c.Messages + c.GroupMessages:N0} parts, {c.Bytes + c.GroupBytes:N0} B{(rollouts.Length > 0 ? "; " + rollouts : "")}";
    }

    private static void Say(Output console, string text) => console.Comment($"{DateTime.UtcNow:HH:mm:ss} {text}");
}
