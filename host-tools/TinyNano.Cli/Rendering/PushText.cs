using TinyNano.Cli.Commands;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Cli.Rendering;

/// <summary>What a push says: what devices will answer, what would travel, what came out.</summary>
internal static class PushText
{
    private const int MostFindings = 20;

    public static void Findings(Output console, IReadOnlyList<Diagnostic> findings)
    {
        foreach (Diagnostic finding in findings.OrderByDescending(f => f.Severity).Take(MostFindings))
        {
            console.Comment(finding.ToString());
        }

        if (findings.Count > MostFindings)
        {
            console.Comment($"... and {findings.Count - MostFindings} more: {string.Join(", ", findings.Skip(MostFindings).CountBy(f => f.Id).Select(c => $"{c.Value} {c.Key}"))}");
        }
    }

    public static void DryRun(
        Output console, FleetDatabase database, PushMaterial material, UpdateManifest manifest, IReadOnlyList<string> names, IReadOnlyList<DeviceRow> rows, string? group,
        IReadOnlyList<Diagnostic> findings)
    {
        HashSet<string> targets = [.. names];
        List<object> travels = [];
        List<string> lines = [];
        if (material.Blob is byte[] blob)
        {
            foreach (IGrouping<(uint, uint), DeviceRow?> bases in names.Select(n => rows.FirstOrDefault(r => r.Device == n)).GroupBy(r => (r?.BaseCrc ?? r?.ModelCrc ?? 0, r?.BaseBytes ?? r?.ModelBytes ?? 0)))
            {
                BlobRow? row = bases.Key.Item1 == 0 ? null : database.Read(s => Blobs.ByHeader(s, bases.Key.Item1, bases.Key.Item2));
                byte[]? basis = row is null ? null : database.Read(s => Blobs.Data(s, row.Hash));
                TravelSize travel = BlobDiff.Create(blob, basis, manifest.ChunkBytes).Travel();
                string from = row is null ? "whole, for the desk does not have what they run" : $"differences to {row.Model} (crc {row.Crc:x8})";
                travels.Add(new { devices = bases.Count(), baseCrc = $"{bases.Key.Item1:x8}", isDelta = row is not null, messages = travel.Messages, bytes = travel.TotalBytes });
                lines.Add($"{bases.Count(),6:N0} devices  {travel.Messages,6:N0} part messages  {travel.TotalBytes,9:N0} B each   {from}");
            }
        }

        console.Result(
            new { dryRun = true, kind = manifest.Kind, rollout = manifest.Rollout, counter = manifest.Counter, modelVersion = manifest.ModelVersion, devices = names.Count, group, travels, findings },
            text =>
            {
                text.WriteLine($"manifest    kind {manifest.Kind}, rollout {manifest.Rollout}, counter {manifest.Counter}, model '{manifest.Model}' version {manifest.ModelVersion}, hardware '{manifest.Hardware}'");
                text.WriteLine($"devices     {names.Count:N0}{(group is null ? "" : $" of group {group}: parts travel once for all")}, {rows.Count(r => targets.Contains(r.Device) && r.Online):N0} online");
                lines.ForEach(text.WriteLine);
                text.WriteLine("nothing was published");
            });
    }

    public static void Summary(Output console, RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, ServerCounts counts, TimeSpan time) => console.Result(
        new
        {
            rollout = row.Id, state = row.State, reason = row.Reason, seconds = time.TotalSeconds, confirmed = devices.Count(d => d.State == RolloutDeviceState.Confirmed),
            messages = counts.Messages + counts.GroupMessages, bytes = counts.Bytes + counts.GroupBytes, counts,
            devices = devices.Select(d => new { device = d.Device, stage = d.Stage, state = d.State, status = d.Status, partsStored = d.PartsStored, parts = d.Parts, bytes = d.BytesSent, messages = d.MessagesSent }),
        },
        text =>
        {
            foreach (RolloutDeviceRow device in devices.Count <= MostFindings ? devices : devices.Where(d => d.State != RolloutDeviceState.Confirmed).Take(MostFindings))
            {
                text.WriteLine(
                    $"{device.Device,-24} {device.State.ToString().ToLowerInvariant(),-10} {device.PartsStored,5}/{device.Parts} parts  {device.BytesSent,9:N0} B"
                    + (device.Status != 0 ? $"  status {device.Status}, see `tinynano explain {device.Status}`" : ""));
            }

            text.WriteLine($"rollout     {row.Id} {row.State.ToString().ToLowerInvariant()}{(row.Reason.Length > 0 ? ": " + row.Reason : "")}");
            text.WriteLine($"devices     {devices.Count(d => d.State == RolloutDeviceState.Confirmed):N0} of {devices.Count:N0} confirmed in {time.TotalSeconds:N1} s");
            text.WriteLine($"sent        {counts.Messages:N0} part messages, {counts.Bytes:N0} B to single devices; {counts.GroupMessages:N0}, {counts.GroupBytes:N0} B to groups; {counts.Requests:N0} requests");
        });

    public static string StateName(DeviceRow? device) => device?.UpdateState switch
    {
        null => "no answer",
        UpdateState.Empty => "empty",
        UpdateState.Receiving => "receiving",
        UpdateState.Stored => "stored",
        UpdateState.Shadow => "shadow",
        UpdateState.Trial => "trial",
        UpdateState.Confirmed => "confirmed",
        UpdateState.Reverted => "reverted",
        UpdateState.Refused => "refused",
        _ => $"state {device.UpdateState}",
    };
}
