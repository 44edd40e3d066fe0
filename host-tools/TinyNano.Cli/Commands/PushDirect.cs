using TinyNano.Cli.Rendering;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Cli.Commands;

/// <summary>Reverts and revocations: published to all at once, and waited for until each device has answered.</summary>
internal static class PushDirect
{
    public static int Run(Output console, FleetDatabase database, UpdateServer server, byte[] manifest, IReadOnlyList<string> names, string? group, TimeSpan patience, CancellationToken cancel)
    {
        UpdateManifest read = Manifests.Decode(manifest);
        uint session = Manifests.SessionOf(manifest);
        DateTimeOffset start = database.Time.GetUtcNow();
        string action = read.Kind == ManifestKind.Revert ? "push.revert" : "push.revoke";
        database.Write(s =>
        {
            Audit.Add(s, start, Environment.UserName, action, group ?? string.Join(",", names.Take(20)), detail: $"{{\"session\":\"{session:x8}\"}}");
            if (read.Kind == ManifestKind.Revoke)
            {
                // The withdrawn model is not handed out any more either.
                s.Execute("update manifests set withdrawn = 1 where kind = @0 and blob_hash = @1", ManifestKind.Install, Convert.ToHexStringLower(read.BlobHash));
            }
        });
        server.Refresh();
        if (group is not null)
        {
            PushCommand.Run(server.OfferGroupAsync(group, manifest));
        }

        foreach (string[] some in names.Chunk(64))
        {
            PushCommand.Run(Task.WhenAll(some.Select(name => server.OfferAsync(name, manifest))));
        }

        console.Comment($"published   session {session:x8} to {names.Count} devices");
        Dictionary<string, DeviceRow> answered = [];
        HashSet<string> wanted = [.. names];
        while (answered.Count < names.Count && database.Time.GetUtcNow() - start < patience && !cancel.IsCancellationRequested)
        {
            Thread.Sleep(250);
            PushCommand.Run(server.FlushAsync());
            answered = database.Read(Devices.All).Where(d => d.UpdateSession == session && wanted.Contains(d.Device)).ToDictionary(d => d.Device);
        }

        // A device that does not run a withdrawn model has nothing to do.
        bool good = names.All(n => answered.TryGetValue(n, out DeviceRow? d) && (read.Kind == ManifestKind.Revoke ? d.UpdateState != UpdateState.Refused : d.UpdateState == UpdateState.Reverted));
        console.Result(
            new { session = $"{session:x8}", devices = names.Select(n => new { device = n, state = PushText.StateName(answered.GetValueOrDefault(n)), status = answered.GetValueOrDefault(n)?.UpdateStatus }) },
            text =>
            {
                foreach (string name in names)
                {
                    DeviceRow? device = answered.GetValueOrDefault(name);
                    text.WriteLine($"{name,-24} {PushText.StateName(device)}{(device?.UpdateStatus is int status and not 0 ? $" ({status}, see `tinynano explain {status}`)" : "")}");
                }
            });
        return good ? ExitCode.Done : ExitCode.Refused;
    }
}
