using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet;
using TinyNano.Fleet.Signing;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano sign`: a manifest that devices trust, for a blob, a revert or a revocation.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        Argument<string?> model = new("model") { Description = "the blob to install", Arity = ArgumentArity.ZeroOrOne };
        Option<string> output = new("--output", "-o") { Description = "the manifest to write", Required = true };
        Option<uint> rollout = new("--rollout") { Description = "your number of this rollout", Required = true };
        Option<uint> counter = new("--counter") { Description = "security counter; raise it to shut out every model signed before", Required = true };
        Option<string> hardware = new("--hardware") { Description = "hardware class of the devices, as their firmware names it; without it the manifest fits every device", DefaultValueFactory = _ => "" };
        Option<int> chunk = new("--chunk") { Description = "bytes of a chunk: 512, 1024 or 2048", DefaultValueFactory = _ => 1024 };
        Option<string> latency = new("--latency-budget") { Description = "what the slowest golden vector may take on the device, such as 50ms; 0 for any", DefaultValueFactory = _ => "0" };
        Option<string> health = new("--health") { Description = "length of the trial; 0 confirms after the first good inference", DefaultValueFactory = _ => "60s" };
        Option<string?> shadow = new("--shadow") { Description = "EVERY:SAMPLES:PERCENT: run beside the confirmed model on every n-th sample, until so many are compared, of which so many percent must agree" };
        Option<string?> issued = new("--issued") { Description = "time of signing in ISO 8601; default: now" };
        Option<string?> revert = new("--revert") { Description = "go back, to this blob or SHA-256, or without one to what the other slot has", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> revoke = new("--revoke") { Description = "withdraw this blob or SHA-256" };
        Command command = new("sign", "Signs a model for devices: writes a manifest of 256 bytes.")
        {
            model, output, rollout, counter, hardware, chunk, latency, health, shadow, issued, revert, revoke,
        };
        SignerOptions signers = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            bool isRevert = parsed.GetResult(revert) is not null;
            string? blob = parsed.GetValue(model);
            string? withdrawn = parsed.GetValue(revoke);
            if ((blob is null ? 0 : 1) + (isRevert ? 1 : 0) + (withdrawn is null ? 0 : 1) != 1)
            {
                throw new FleetException("TN6006", "what is to be signed? expected one of a model, --revert [MODEL|HASH] and --revoke MODEL|HASH");
            }

            ManifestOptions options = new()
            {
                Rollout = parsed.GetValue(rollout),
                Counter = parsed.GetValue(counter),
                Hardware = parsed.GetRequiredValue(hardware),
                Issued = parsed.GetValue(issued) is string time ? Time(time) : DateTimeOffset.UtcNow,
                ChunkBytes = parsed.GetValue(chunk),
                LatencyBudget = Durations.Parse("--latency-budget", parsed.GetRequiredValue(latency)),
                Health = Durations.Parse("--health", parsed.GetRequiredValue(health)),
                Shadow = parsed.GetValue(shadow) is string text ? Shadow(text) : null,
            };
            UpdateManifest manifest = blob is not null ? ManifestBuilder.Install(File.ReadAllBytes(blob), blob, options)
                : isRevert ? Named(parsed.GetValue(revert), (hash, name) => ManifestBuilder.Revert(hash, name, options))
                : Named(withdrawn, (hash, name) => ManifestBuilder.Revoke(hash!, name, options));
            using ISigner signer = signers.Open(parsed);
            byte[] bytes = ManifestBuilder.Sign(manifest, signer);

            // What cannot be verified is not written.
            ManifestVerdict verdict = ManifestCheck.Check(bytes, new ManifestTrust { Keys = [signer.Key] });
            if (!verdict.IsGood)
            {
                throw new FleetException("TN6102", $"the manifest that was signed does not verify: {verdict.Reason}", hint: "this is a bug in tinynano, please report it");
            }

            string path = parsed.GetRequiredValue(output);
            File.WriteAllBytes(path, bytes);
            console.Result(
                ManifestText.Json(verdict),
                writer =>
                {
                    ManifestText.Write(writer, verdict);
                    writer.WriteLine($"wrote       {path}   {bytes.Length} B");
                });
            return ExitCode.Done;
        });
    }

    // A file, or a SHA-256 in hexadecimal.
    private static UpdateManifest Named(string? what, Func<byte[]?, string, UpdateManifest> make)
    {
        if (what is null)
        {
            return make(null, "");
        }

        if (File.Exists(what))
        {
            byte[] bytes = File.ReadAllBytes(what);
            return make(SHA256.HashData(bytes), BlobReader.Read(bytes, what).Name);
        }

        return what.Length == 2 * UpdateManifest.HashBytes && what.All(char.IsAsciiHexDigit) ? make(Convert.FromHexString(what), "")
            : throw new FleetException("TN6006", $"'{what}' is neither a file nor a SHA-256 of 64 hexadecimal digits");
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time
        : throw new FleetException("TN6101", $"--issued {text}: not a time", hint: "expected ISO 8601, such as 2027-03-01T12:00:00Z");

    private static ShadowOptions Shadow(string text)
    {
        string[] parts = text.Split(':');
        int[] numbers = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : -1)];
        return numbers is [> 0, > 0, >= 0] ? new ShadowOptions(numbers[0], numbers[1], numbers[2])
            : throw new FleetException("TN6101", $"--shadow {text}: not EVERY:SAMPLES:PERCENT", hint: "such as 10:200:95: every tenth sample, 200 of them, 95 % must agree");
    }
}
