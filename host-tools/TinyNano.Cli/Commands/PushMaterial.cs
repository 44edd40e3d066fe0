using System.CommandLine;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;

namespace TinyNano.Cli.Commands;

/// <summary>The manifests and blobs of a push: read, or made and signed here, and kept in the database.</summary>
internal sealed class PushMaterial(FleetDatabase database, ParseResult parsed, SignerOptions signers)
{
    public required ManifestOptions Options { get; init; }

    /// <summary>The blob that is pushed; null for reverts and revocations.</summary>
    public byte[]? Blob { get; private set; }

    private bool _signsHere;

    /// <summary>The manifest to publish.</summary>
    /// <param name="keep">Whether it goes into the database.</param>
    /// <exception cref="FleetException">What is to be pushed is not clear, or does not fit together.</exception>
    public byte[] Manifest(string? model, string? blobFile, bool revert, string? revoke, IReadOnlyList<string> names, bool keep)
    {
        if ((model is null ? 0 : 1) + (revert ? 1 : 0) + (revoke is null ? 0 : 1) != 1)
        {
            throw new FleetException("TN6316", "what is to be pushed? expected one of a model or manifest, --revert and --revoke MODEL");
        }

        byte[] manifest;
        if (model is null)
        {
            (byte[]? hash, string name) = revoke is null ? (null, "") : Named(revoke);
            manifest = Sign(revoke is null ? ManifestBuilder.Revert(hash, name, Options) : ManifestBuilder.Revoke(hash!, name, Options));
        }
        else
        {
            byte[] bytes = File.ReadAllBytes(model);
            bool signed = ManifestCheck.HasMagic(bytes);
            if (signed)
            {
                UpdateManifest read = Manifests.Decode(bytes);
                string hash = Convert.ToHexStringLower(read.BlobHash);
                manifest = bytes;
                Blob = read.Kind != ManifestKind.Install ? null : blobFile is not null ? File.ReadAllBytes(blobFile) : database.Read(s => Blobs.Data(s, hash))
                    ?? throw new FleetException("TN6306", "the database does not have the blob of this manifest", model, "name its file with --blob");
            }
            else
            {
                Blob = bytes;
                _signsHere = true;
                manifest = Sign(ManifestBuilder.Install(bytes, model, Options));
            }
        }

        if (Blob is byte[] blob)
        {
            // Says no where the two do not fit together.
            _ = new Fleet.Updates.Publication(manifest, blob);
        }

        if (keep)
        {
            DateTimeOffset now = database.Time.GetUtcNow();
            database.Write(s =>
            {
                if (Blob is not null)
                {
                    Blobs.Add(s, Blob, Manifests.Decode(manifest).Model, now);
                }

                Manifests.Add(s, manifest, now);
            });
        }

        return manifest;
    }

    /// <summary>The manifest that takes devices back: the one that was given, or signed here; null where neither is possible.</summary>
    public byte[]? RevertManifest(string? file, IReadOnlyList<string> names, IReadOnlyList<DeviceRow> rows)
    {
        byte[]? manifest = null;
        if (file is not null)
        {
            manifest = File.ReadAllBytes(file);
            if (Manifests.Decode(manifest).Kind != ManifestKind.Revert)
            {
                throw new FleetException("TN6317", "this manifest takes nobody back", file, "make one with `tinynano sign --revert`");
            }
        }
        else if (_signsHere)
        {
            // To the model that all run, where that is one and we have it; else to whatever each ran before.
            HashSet<string> targets = [.. names];
            (uint?, uint?)[] running = [.. rows.Where(r => targets.Contains(r.Device)).Select(r => (r.ModelCrc, r.ModelBytes)).Distinct()];
            BlobRow? one = running is [(uint crc, uint bytes)] ? database.Read(s => Blobs.ByHeader(s, crc, bytes)) : null;
            manifest = Sign(ManifestBuilder.Revert(one is null ? null : Convert.FromHexString(one.Hash), one?.Model ?? "", Options));
        }

        if (manifest is not null)
        {
            database.Write(s => Manifests.Add(s, manifest, database.Time.GetUtcNow()));
        }

        return manifest;
    }

    private byte[] Sign(UpdateManifest manifest)
    {
        using ISigner signer = signers.Open(parsed);
        return ManifestBuilder.Sign(manifest, signer);
    }

    private static (byte[] Hash, string Name) Named(string what)
    {
        if (File.Exists(what))
        {
            return (SHA256.HashData(File.ReadAllBytes(what)), Path.GetFileNameWithoutExtension(what));
        }

        return what.Length == 64 && what.All(char.IsAsciiHexDigit) ? (Convert.FromHexString(what), "")
            : throw new FleetException("TN6316", $"'{what}' is neither a file nor a SHA-256 of 64 hexadecimal digits");
    }
}
