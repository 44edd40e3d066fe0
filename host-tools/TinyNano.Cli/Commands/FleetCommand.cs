using System.CommandLine;
using System.Globalization;
using System.Text;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Export;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano fleet`: what devices say, from the broker into the database and out of it.</summary>
internal static class FleetCommand
{
    private static readonly Option<string> s_database = new("--db")
    {
        Description = "database: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE", DefaultValueFactory = _ => FleetDatabase.DefaultSetting, Recursive = true,
    };

    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(30);
    private static (long At, string Text) s_fleet = (0, "");

    public static Command Create() => new("fleet", "Takes in what devices say, and tells how they fare.")
    {
        s_database, Ingest(), List(), Show(), Drift(), Export(), AddModel(), Incident(), HomeAssistantDiscovery(), FleetRollouts.List(Open), FleetRollouts.Ab(Open),
    };

    private static Command Ingest()
    {
        Option<string> broker = Broker(), name = new("--name") { Description = "name of this ingester, its own for ever: the broker keeps under it what is not acknowledged", DefaultValueFactory = _ => "tinynano-ingest" };
        Option<string> root = Root();
        Option<string?> share = new("--share") { Description = "name of a share: its ingesters split the messages. Without it this one takes all of them" };
        Option<int> seconds = new("--seconds") { Description = "end after so many seconds; 0 goes on" };
        Option<int> keep = new("--keep-days") { Description = "forget health messages that are older", DefaultValueFactory = _ => 90 };
        Option<string?> user = new("--user") { Description = "name for the broker; the password comes from TINYNANO_BROKER_PASSWORD" };
        Option<string?> authority = new("--ca") { Description = "certificate of the authority that signed the broker's (PEM); TLS is used" };
        Option<int> port = new("--health-port") { Description = "port on 127.0.0.1 that tells how the ingester is doing, as JSON, and has /metrics; 0 for none", DefaultValueFactory = _ => 9465 };
        Command command = new("ingest", "Writes what devices say into the database until it is ended. A message is acknowledged after its commit.") { broker, name, root, share, seconds, keep, user, authority, port };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            BrokerOptions options = new BrokerOptions
            {
                ClientId = parsed.GetRequiredValue(name), User = parsed.GetValue(user), Password = Environment.GetEnvironmentVariable("TINYNANO_BROKER_PASSWORD"),
                Tls = parsed.GetValue(authority) is not null, Authority = parsed.GetValue(authority) is string pem ? BrokerOptions.ReadCertificate(pem) : null,
            }.At(parsed.GetRequiredValue(broker));
            using FleetDatabase database = Open(parsed);
            Ingester ingester = Ingester.Start(database, new IngestOptions { Broker = options, Root = parsed.GetRequiredValue(root), Share = parsed.GetValue(share) });
            using HealthEndpoint? endpoint = parsed.GetValue(port) == 0 ? null : HealthEndpoint.Start(parsed.GetValue(port), () => Report(ingester, database), () => Metrics(ingester, database));
            console.Comment($"from {options.Address} into {database.Where}{(endpoint is null ? "" : $", health at http://127.0.0.1:{parsed.GetValue(port)}/, metrics at /metrics")}; end with Ctrl-C");
            DateTimeOffset end = parsed.GetValue(seconds) > 0 ? DateTimeOffset.UtcNow.AddSeconds(parsed.GetValue(seconds)) : DateTimeOffset.MaxValue;
            string? trouble = null;
            for (int tick = 0; !cancel.IsCancellationRequested && DateTimeOffset.UtcNow < end && !ingester.Ended.IsCompleted; tick++)
            {
                cancel.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
                if (tick % 3600 == 0)
                {
                    DateTimeOffset old = database.Time.GetUtcNow().AddDays(-parsed.GetValue(keep));
                    database.Write(s => Health.Forget(s, old));
                }

                if (ingester.Trouble != trouble)
                {
                    trouble = ingester.Trouble;
                    console.Comment(trouble ?? "all is well again");
                }
            }

            Exception? ended = ingester.Ended.Exception?.InnerException;
            ingester.DisposeAsync().AsTask().GetAwaiter().GetResult();
            console.Result(
                new { written = ingester.Written, notBelieved = ingester.NotBelieved, retries = ingester.Retried, connections = ingester.Connections },
                text => text.WriteLine($"written     {ingester.Written:N0} messages, {ingester.NotBelieved:N0} of them not believed, {ingester.Retried:N0} retries, {ingester.Connections} connections"));
            return ended is null ? ExitCode.Done : throw ended;
        });
    }

    // Drift replays what devices have said: not with every scrape.
    private static string Fleet(FleetDatabase database)
    {
        if (s_fleet.Text.Length == 0 || TimeProvider.System.GetElapsedTime(s_fleet.At) > s_age)
        {
            s_fleet = (TimeProvider.System.GetTimestamp(), PrometheusText.Write(database, DriftReport.Of(database)));
        }

        return s_fleet.Text;
    }

    private static (bool Well, object Report) Report(Ingester ingester, FleetDatabase database) => (ingester.Trouble is null && ingester.Connections > 0, new
    {
        status = ingester.Trouble ?? (ingester.Connections > 0 ? "ok" : "no broker yet"), written = ingester.Written, notBelieved = ingester.NotBelieved, retries = ingester.Retried,
        connections = ingester.Connections, database = database.Where,
    });

    private static string Metrics(Ingester ingester, FleetDatabase database) => Fleet(database) + PrometheusText.Own(
        ("tinynano_ingest_messages_total", "counter", "Messages written.", ingester.Written),
        ("tinynano_ingest_not_believed_total", "counter", "Of these, incidents.", ingester.NotBelieved),
        ("tinynano_ingest_retries_total", "counter", "Batches that the database refused for now.", ingester.Retried),
        ("tinynano_ingest_connections_total", "counter", "Connections to the broker.", ingester.Connections),
        ("tinynano_ingest_well", "gauge", "1 while broker and database are there.", ingester.Trouble is null ? 1 : 0));

    private static Command List()
    {
        Command command = new("list", "Lists the devices.");
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = Open(parsed);
            List<DeviceRow> devices = database.Read(Devices.All);
            console.Result(devices, text =>
            {
                foreach (DeviceRow d in devices)
                {
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Device,-24} {(d.Online ? "online" : "offline"),-8} {d.ModelName,-16} version {d.ModelVersion,-6} restarts {d.Restarts,-5} last seen {d.LastSeen:u}"));
                }

                text.WriteLine($"{devices.Count:N0} devices, {devices.Count(d => d.Online):N0} online");
            });
            return ExitCode.Done;
        });
    }

    private static Command Show()
    {
        Argument<string> device = new("device") { Description = "name of the device" };
        Command command = new("show", "Shows what a device has said, and whether it drifts.") { device };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = Open(parsed);
            string name = parsed.GetRequiredValue(device);
            DeviceRow row = database.Read(s => Devices.Find(s, name)) ?? throw Unknown(name);
            HealthMessage? health = database.Read(s => Health.Latest(s, name))?.Decode();
            DriftReportRow drift = DriftReport.OfDevice(database, name);
            List<IncidentRow> incidents = [.. database.Read(Incidents.All).Where(i => i.Device == name)];
            console.Result(new { device = row, drift = drift.Verdict, drift.Note, groups = database.Read(s => Groups.GroupsOf(s, name)), incidents }, text =>
            {
                text.WriteLine($"device      {row.Device}   {(row.Online ? "online" : "offline")}   last seen {row.LastSeen:u}");
                text.WriteLine($"model       {row.ModelName}   version {row.ModelVersion}   crc {row.ModelCrc:x8}   firmware {row.Firmware}   restarts {row.Restarts}");
                text.WriteLine(health is null ? "health      none yet" : $"health      {HealthText.ToJson(health)}");
                text.WriteLine($"drift       {drift.Verdict?.ToString() ?? drift.Note}");
                incidents.ForEach(i => text.WriteLine($"incident    {i.Kind} x {i.Count:N0}, last {i.Last:u}: {i.Detail}"));
            });
            return ExitCode.Done;
        });
    }

    private static Command Drift()
    {
        Option<string?> group = new("--group") { Description = "the devices of this group together" };
        Option<bool> fail = new("--fail") { Description = "exit code 1 where something drifts" };
        Command command = new("drift", "Compares what devices see and say with the reference histograms in their models.") { group, fail };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = Open(parsed);
            List<DriftReportRow> rows = parsed.GetValue(group) is string name ? [DriftReport.OfGroup(database, name)] : DriftReport.Of(database);
            console.Result(rows.Select(r => new { r.Subject, modelCrc = $"{r.ModelCrc:x8}", r.Verdict, r.Note }), text => rows.ForEach(r => text.WriteLine($"{r.Subject,-24} {r.Verdict?.ToString() ?? r.Note}")));
            return parsed.GetValue(fail) && rows.Exists(r => r.Verdict is { Drifts: true }) ? ExitCode.Refused : ExitCode.Done;
        });
    }

    private static Command Export()
    {
        Argument<string> what = new("what") { Description = "health or samples as CSV, or metrics in Prometheus's text format" };
        what.AcceptOnlyFromAmong("health", "samples", "metrics");
        Option<string?> output = new("-o", "--output") { Description = "file; standard output without it" };
        Command command = new("export", "Writes tables of the database for other programs.") { what, output };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = Open(parsed);
            using TextWriter to = parsed.GetValue(output) is string path ? new StreamWriter(path, false, new UTF8Encoding(false)) : Console.Out;
            switch (parsed.GetRequiredValue(what))
            {
                case "health":
                    CsvExport.Health(database, to);
                    break;
                case "samples":
                    CsvExport.Samples(database, to);
                    break;
                default:
                    to.Write(PrometheusText.Write(database, DriftReport.Of(database)));
                    break;
            }

            return ExitCode.Done;
        });
    }

    private static Command AddModel()
    {
        Argument<string> blob = new("blob") { Description = "a blob that devices run, with reference histograms" };
        Command command = new("add-model", "Keeps a blob, so that its reference histograms are known.") { blob };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string path = parsed.GetRequiredValue(blob);
            byte[] bytes = File.ReadAllBytes(path);
            Blob read = BlobReader.Read(bytes, path);
            using FleetDatabase database = Open(parsed);
            string hash = database.Write(s => Blobs.Add(s, bytes, read.Name, database.Time.GetUtcNow()));
            console.Result(
                new { hash, name = read.Name, crc = $"{read.Crc:x8}", referenceSamples = read.Reference?.Samples },
                text => text.WriteLine($"model       {read.Name}   crc {read.Crc:x8}   {(read.Reference is null ? "no reference histograms: compile it with --samples" : $"reference of {read.Reference.Samples:N0} samples")}"));
            return ExitCode.Done;
        });
    }

    private static Command Incident()
    {
        Command command = new("incidents", "Lists messages that were not believed.");
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            using FleetDatabase database = Open(parsed);
            List<IncidentRow> rows = database.Read(Incidents.All);
            console.Result(rows, text => rows.ForEach(i => text.WriteLine($"{(i.Device.Length > 0 ? i.Device : "-"),-24} {i.Kind,-10} {i.Count,8:N0}   {i.First:u} .. {i.Last:u}   {i.Detail}")));
            return ExitCode.Done;
        });
    }

    private static Command HomeAssistantDiscovery()
    {
        Option<string> broker = Broker(), root = Root(), prefix = new("--prefix") { Description = "Home Assistant's discovery prefix", DefaultValueFactory = _ => HomeAssistant.DefaultPrefix };
        Option<bool> dry = new("--dry-run") { Description = "print what would be published" };
        Command command = new("home-assistant", "Publishes the devices for Home Assistant's MQTT discovery: sensors and the update entity.") { broker, root, prefix, dry };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            using FleetDatabase database = Open(parsed);
            string top = parsed.GetRequiredValue(root);
            List<DiscoveryMessage> messages = [];
            foreach (DeviceRow device in database.Read(Devices.All))
            {
                messages.AddRange(HomeAssistant.Discover(device, top, parsed.GetRequiredValue(prefix)));
                uint? latest = (uint?)database.Read(s => s.First("select max(model_version) from blobs where model = @0", r => r.Int64OrNull(0), device.ModelName));
                messages.Add(HomeAssistant.State(device, database.Read(s => Health.Latest(s, device.Device))?.Decode(), DriftReport.OfDevice(database, device.Device).Verdict, latest, top));
            }

            if (!parsed.GetValue(dry))
            {
                using BrokerConnection connection = BrokerConnection.Start(new BrokerOptions().At(parsed.GetRequiredValue(broker)));
                connection.WaitAsync(TimeSpan.FromSeconds(10), cancel).GetAwaiter().GetResult();
                foreach (DiscoveryMessage message in messages)
                {
                    connection.PublishAsync(message.Topic, Encoding.UTF8.GetBytes(message.Payload), atLeastOnce: true, retain: true).AsTask().GetAwaiter().GetResult();
                }
            }

            console.Result(messages, text => messages.ForEach(m => text.WriteLine($"{m.Topic} {m.Payload}")));
            return ExitCode.Done;
        });
    }

    private static FleetDatabase Open(ParseResult parsed) => FleetDatabase.Open(parsed.GetRequiredValue(s_database));

    private static Option<string> Broker() => new("--broker") { Description = "host:port of the MQTT broker", DefaultValueFactory = _ => "127.0.0.1:1883" };

    private static Option<string> Root() => new("--root") { Description = "first part of the topics", DefaultValueFactory = _ => Topics.DefaultRoot };

    private static Fleet.FleetException Unknown(string device) => new("TN6502", "no such device has been heard of", device, "`tinynano fleet list` has the names");
}
