using TinyNano.Compiler.Targets;
using TinyNano.Contracts;
using TinyNano.Fleet.Signing;
using TinyNano.Simulator;

namespace TinyNano.Cli.Rendering;

/// <summary>A manifest for people and for scripts.</summary>
internal static class ManifestText
{
    private static readonly string[] Kinds = ["", "install", "revert", "revoke"];

    public static object Json(ManifestVerdict verdict) => new
    {
        verdict = verdict.IsGood ? "trusted" : "refused",
        status = (int)verdict.Status,
        name = Explanations.Find($"{(int)verdict.Status}")?.Name,
        reason = verdict.Reason,
        manifest = verdict.Manifest is UpdateManifest m ? new
        {
            kind = Kinds[m.Kind], session = $"{verdict.Session:x8}", m.Rollout, issued = Issued(m), m.Counter, m.ModelVersion, m.BlobBytes, blobCrc = $"{m.BlobCrc:x8}", m.ArenaBytes,
            m.ChunkBytes, m.Chunks, m.Pages, m.Parts, latencyBudgetMicroseconds = m.LatencyBudget, m.HealthSeconds, m.ShadowEvery, m.ShadowSamples, m.ShadowAgreement,
            target = m.Target, m.KernelAbi, m.Types, operators = Hex(m.Operators), blobHash = Hex(m.BlobHash), indexRoot = Hex(m.IndexRoot), m.Hardware, m.Model, key = Hex(m.Key), signature = Hex(m.Signature),
        }
        : null,
    };

    public static void Write(TextWriter text, ManifestVerdict verdict)
    {
        if (verdict.Manifest is not UpdateManifest m)
        {
            return;
        }

        text.WriteLine($"manifest    {Kinds[m.Kind]} {(m.Model.Length == 0 ? "" : $"'{m.Model}' ")}for {(m.Hardware.Length == 0 ? "every device" : $"hardware class '{m.Hardware}'")}");
        text.WriteLine($"session     {verdict.Session:x8}   rollout {m.Rollout}   counter {m.Counter}   issued {Issued(m)}");
        if (m.Kind == ManifestKind.Install)
        {
            string target = Target.All.FirstOrDefault(t => t.Id == m.Target)?.Name ?? $"{m.Target}";
            text.WriteLine($"blob        {m.BlobBytes:N0} B   version {m.ModelVersion}   crc {m.BlobCrc:x8}   arena {m.ArenaBytes:N0} B   target {target}   kernel ABI {m.KernelAbi}   types {m.Types}");
            text.WriteLine($"operators   {Hex(m.Operators)}");
            text.WriteLine($"parts       {m.Parts}: {m.Pages} of the index, {m.Chunks} chunks of {m.ChunkBytes:N0} B");
            text.WriteLine($"proof       {(m.LatencyBudget == 0 ? "any latency" : $"at most {m.LatencyBudget:N0} us for the slowest golden vector")}");
            text.WriteLine($"shadow      {(m.ShadowEvery == 0 ? "none" : $"every {m.ShadowEvery} samples, {m.ShadowSamples} of them, {m.ShadowAgreement} % must agree")}");
            text.WriteLine($"trial       {(m.HealthSeconds == 0 ? "until the first good inference" : $"{m.HealthSeconds} s")}");
            text.WriteLine($"index       {Hex(m.IndexRoot)}");
        }

        text.WriteLine($"sha-256     {(m.BlobHash.All(b => b == 0) ? "whatever the other slot has" : Hex(m.BlobHash))}");
        text.WriteLine($"key         {Hex(m.Key)}");
        text.WriteLine($"signature   {Hex(m.Signature)}");
    }

    private static string Issued(UpdateManifest m) => $"{DateTimeOffset.FromUnixTimeSeconds(m.Issued):yyyy-MM-ddTHH:mm:ssZ}";

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
