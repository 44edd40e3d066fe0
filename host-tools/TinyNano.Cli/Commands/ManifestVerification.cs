using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Fleet.Signing;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano verify model.tnm`: what a device would say of a manifest.</summary>
internal sealed class ManifestVerification
{
    private readonly Option<string[]> _trust = new("--trust") { Description = "manifests: public key that is trusted (may be repeated)", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _revoked = new("--revoked") { Description = "manifests: id of a key that is not trusted any more (may be repeated)" };
    private readonly Option<string?> _blob = new("--blob") { Description = "manifests: the blob that it is about" };
    private readonly Option<string?> _hardware = new("--hardware") { Description = "manifests: the device's hardware class" };
    private readonly Option<uint?> _counter = new("--counter") { Description = "manifests: the device's security counter" };
    private readonly Option<uint?> _slot = new("--slot-bytes") { Description = "manifests: what the device's slot holds of a blob" };
    private readonly Option<uint?> _arena = new("--arena-bytes") { Description = "manifests: the device's arena" };

    public ManifestVerification(Command command)
    {
        foreach (Option option in new Option[] { _trust, _revoked, _blob, _hardware, _counter, _slot, _arena })
        {
            command.Options.Add(option);
        }
    }

    public int Run(ParseResult parsed, Output console, string path, byte[] bytes)
    {
        ManifestVerdict verdict = ManifestCheck.Check(bytes, new ManifestTrust
        {
            Keys = [.. (parsed.GetValue(_trust) ?? []).Select(file => PublicKey.FromFile(file))],
            Revoked = parsed.GetValue(_revoked) ?? [],
            Blob = parsed.GetValue(_blob) is string blob ? File.ReadAllBytes(blob) : null,
            Hardware = parsed.GetValue(_hardware),
            Counter = parsed.GetValue(_counter),
            SlotBytes = parsed.GetValue(_slot),
            ArenaBytes = parsed.GetValue(_arena),
        });
        console.Result(ManifestText.Json(verdict), text =>
        {
            ManifestText.Write(text, verdict);
            text.WriteLine(verdict.IsGood ? $"trusted     {path}" : $"refused     {path}: {verdict.Reason} (status {(int)verdict.Status}; see `tinynano explain {(int)verdict.Status}`)");
        });
        return verdict.IsGood ? ExitCode.Done : ExitCode.Refused;
    }
}
