using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Contracts;
using TinyNano.Fleet;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano push`: a model, or a manifest that takes one back, to devices, with progress until all have it.</summary>
internal static class PushCommand
{
    // Retained reports come right after the subscription.
    private static readonly TimeSpan Listening = TimeSpan.FromSeconds(1.5);

    public static Command Create()
    {
        Argument<string?> model = new("model") { Description = "a blob, which is signed, or a signed manifest (.tnm)", Arity = ArgumentArity.ZeroOrOne };
        PushTargets targets = new();
        Option<string?> blob = new("--blob") { Description = "the blob of a signed manifest, where the database does not have it" };
        Option<string[]> bases = new("--base") { Description = "a blob that devices run, so that only differences travel (may be repeated)" };
        Option<string> at = new("--at") { Description = "stages, such as 1%,10%,100%", DefaultValueFactory = _ => "100%" };
        Option<string[]> gates = new("--gate") { Description = $"what each stage must show, NAME=LIMIT (may be repeated): success, errors, soak, timeout, approval, {string.Join(", ", PushStages.HealthGateNames)}" };
        Option<string?> ab = new("--ab") { Description = "two models side by side: the share of the devices that gets the new one, such as 50%; then `tinynano fleet ab` promotes or drops it" };
        Option<string> abTime = new("--for") { Description = "how long both run with --ab", DefaultValueFactory = _ => "1h" };
        Option<string> onFailure = new("--on-failure") { Description = "revert or pause", DefaultValueFactory = _ => "revert" };
        onFailure.AcceptOnlyFromAmong("revert", "pause");
        Option<string?> revertManifest = new("--revert-manifest") { Description = "signed manifest that takes devices back; made here where we have the key" };
        Option<bool> revert = new("--revert") { Description = "instead of a model: let devices go back to the one before" };
        Option<string?> revoke = new("--revoke") { Description = "instead of a model: withdraw this blob (file or SHA-256)" };
        Option<uint?> rollout = new("--rollout") { Description = "your number of this rollout; default: the next one" };
        Option<uint?> counter = new("--counter") { Description = "security counter; default: the highest that devices have" };
        Option<string> hardware = new("--hardware") { Description = "hardware class of the devices", DefaultValueFactory = _ => "" };
        Option<int> chunk = new("--chunk") { Description = "bytes of a chunk: 512, 1024 or 2048", DefaultValueFactory = _ => 1024 };
        Option<string> health = new("--health") { Description = "length of the trial; 0 confirms after the first good inference", DefaultValueFactory = _ => "60s" };
        Option<string> latency = new("--latency-budget") { Description = "what the slowest golden vector may take, such as 50ms; 0 for any", DefaultValueFactory = _ => "0" };
        Option<bool> dryRun = new("--dry-run") { Description = "check and say what would travel; publish nothing" };
        Option<string> timeout = new("--timeout") { Description = "give up waiting after so long; the rollout stays in the database and `tinynano serve` goes on with it", DefaultValueFactory = _ => "24h" };
        Option<double> rate = new("--bytes-per-second") { Description = "limit of all part messages together; 0 for none" };
        Option<string> gap = new("--group-gap") { Description = "pause after each part that goes to a group", DefaultValueFactory = _ => "50ms" };
        Command command = new("push", "Brings a model to devices over MQTT, or takes it back.")
        {
            model, blob, bases, at, ab, abTime, gates, onFailure, revertManifest, revert, revoke, rollout, counter, hardware, chunk, health, latency, dryRun, timeout, rate, gap,
        };
        targets.AddTo(command);
        FleetOptions fleet = new(command);
        SignerOptions signers = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            using FleetDatabase database = fleet.Open(parsed);
            foreach (string file in parsed.GetValue(bases) ?? [])
            {
                byte[] bytes = File.ReadAllBytes(file);
                database.Write(s => Blobs.Add(s, bytes, Path.GetFileNameWithoutExtension(file), database.Time.GetUtcNow()));
            }

            using BrokerConnection bus = BrokerConnection.Start(fleet.Broker(parsed));
            Run(bus.WaitAsync(TimeSpan.FromSeconds(15), cancel));
            UpdateServerOptions options = new()
            {
                Root = fleet.Root(parsed), BytesPerSecond = parsed.GetValue(rate), GroupGap = Durations.Parse("--group-gap", parsed.GetRequiredValue(gap)),
            };

            // Where a server runs on this database, it does the work and we look on.
            bool served = database.Read(s => Servers.Running(s, options.Root, database.Time.GetUtcNow())).Contains(bus.Address);
            UpdateServer server = new(database, bus, options with { Answers = !served });
            try
            {
                Run(server.StartAsync());
                Run(Task.Delay(Listening, cancel));
                Run(server.FlushAsync());
                (IReadOnlyList<string> names, string? group) = targets.Read(parsed, database);
                PushMaterial material = new(database, parsed, signers)
                {
                    Options = new ManifestOptions
                    {
                        Rollout = parsed.GetValue(rollout) ?? (uint)database.Read(s => s.Number("select coalesce(max(rollout), 0) + 1 from manifests")),
                        Counter = parsed.GetValue(counter) ?? (uint)database.Read(s => s.Number("select coalesce(max(counter), 0) from devices")),
                        Hardware = parsed.GetRequiredValue(hardware),
                        Issued = database.Time.GetUtcNow(),
                        ChunkBytes = parsed.GetValue(chunk),
                        Health = Durations.Parse("--health", parsed.GetRequiredValue(health)),
                        LatencyBudget = Durations.Parse("--latency-budget", parsed.GetRequiredValue(latency)),
                    },
                };
                byte[] manifest = material.Manifest(parsed.GetValue(model), parsed.GetValue(blob), parsed.GetValue(revert), parsed.GetValue(revoke), names, !parsed.GetValue(dryRun));
                UpdateManifest read = Manifests.Decode(manifest);
                IReadOnlyList<DeviceRow> rows = database.Read(Devices.All);
                IReadOnlyList<Diagnostic> findings = PushCheck.Check(read, names, rows);
                PushText.Findings(console, findings);
                if (parsed.GetValue(dryRun))
                {
                    PushText.DryRun(console, database, material, read, names, rows, group, findings);
                    return findings.Any(f => f.Severity == Severity.Error) ? ExitCode.Refused : ExitCode.Done;
                }

                if (findings.Where(f => f.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
                {
                    throw new FleetException(errors[0] with { Message = errors[0].Message + (errors.Length > 1 ? $" (and {errors.Length - 1} more, see above)" : "") });
                }

                TimeSpan patience = Durations.Parse("--timeout", parsed.GetRequiredValue(timeout));
                if (read.Kind != ManifestKind.Install)
                {
                    return PushDirect.Run(console, database, server, manifest, names, group, patience, cancel);
                }

                byte[]? back = parsed.GetValue(onFailure) == "revert" ? material.RevertManifest(parsed.GetValue(revertManifest), names, rows) : null;
                IReadOnlyList<RolloutStage> stages = PushStages.Read(parsed.GetRequiredValue(at), parsed.GetValue(gates) ?? [], out IReadOnlyDictionary<string, string> healthGates);
                RolloutPlan plan = new()
                {
                    Salt = parsed.GetValue(ab) is null ? "rollout" : RolloutPlan.AbSalt,
                    Targets = new RolloutTargets { Devices = names, Group = group },
                    Stages = parsed.GetValue(ab) is string share ? RolloutPlan.AbStages(share, Durations.Parse("--for", parsed.GetRequiredValue(abTime)), stages[0]) : stages,
                    Gates = healthGates,
                    OnFailure = back is null ? RolloutFailure.Pause : RolloutFailure.Revert,
                };
                return PushRollout.Run(console, database, bus, server, served, manifest, back, plan, patience, cancel);
            }
            finally
            {
                Run(server.DisposeAsync().AsTask());
            }
        });
    }

    internal static void Run(Task task) => task.GetAwaiter().GetResult();
}
