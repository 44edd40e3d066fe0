using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyNano.Compiler.Emit;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Simulator;

namespace TinyNano.Fleet.Signing;

/// <summary>What a manifest is checked against. What is null is not checked.</summary>
public sealed record ManifestTrust
{
    public IReadOnlyList<PublicKey> Keys { get; init; } = [];

    /// <summary>Ids of keys that are not trusted any more, as <see cref="PublicKey.IdText"/>.</summary>
    public IReadOnlyList<string> Revoked { get; init; } = [];

    public byte[]? Blob { get; init; }

    /// <summary>The device's hardware class.</summary>
    public string? Hardware { get; init; }

    /// <summary>The device's security counter.</summary>
    public uint? Counter { get; init; }

    /// <summary>When the manifest that the device accepted last was issued, seconds since 1970.</summary>
    public uint? Issued { get; init; }

    /// <summary>What the device's slot holds of a blob, bytes.</summary>
    public uint? SlotBytes { get; init; }

    /// <summary>The device's arena, bytes.</summary>
    public uint? ArenaBytes { get; init; }
}

/// <summary>What a device would say of a manifest: the first status that is not Ok, and why.</summary>
/// <param name="Manifest">Its fields; null where it is malformed.</param>
public sealed record ManifestVerdict(UpdateManifest? Manifest, uint Session, Status Status, string Reason)
{
    public bool IsGood => Status == Status.Ok;
}

/// <summary>Checks manifests at the desk, in the device's order and with the device's codes.</summary>
public static class ManifestCheck
{
    public static ManifestVerdict Check(byte[] bytes, ManifestTrust trust)
    {
        UpdateManifest manifest = new();
        if (!manifest.Decode(bytes, bytes.Length) || !IsSensible(manifest))
        {
            return new ManifestVerdict(null, 0, Status.Manifest, Malformed(bytes));
        }

        (Status status, string reason) = Findings(bytes, manifest, trust).FirstOrDefault((Status.Ok, "all checks passed"));
        return new ManifestVerdict(manifest, ManifestBuilder.Session(bytes), status, reason);
    }

    // What the device's reader also asks for.
    private static bool IsSensible(UpdateManifest m) => m.Kind switch
    {
        ManifestKind.Install => m.BlobBytes >= BlobFormat.HeaderSize && m.ShadowAgreement <= 100,
        ManifestKind.Revoke => m.BlobHash.Any(b => b != 0),
        _ => true,
    };

    private static IEnumerable<(Status Status, string Reason)> Findings(byte[] bytes, UpdateManifest manifest, ManifestTrust trust)
    {
        string id = Convert.ToHexStringLower(manifest.Key);
        PublicKey? key = trust.Keys.FirstOrDefault(k => k.IdText == id);
        if (key is null)
        {
            yield return (Status.Key, trust.Keys.Count == 0
                ? $"signed with key {id}, and no key is trusted: name public keys with --trust"
                : $"signed with key {id}; trusted are {string.Join(", ", trust.Keys.Select(k => k.IdText))}");
        }

        if (trust.Revoked.Contains(id, StringComparer.OrdinalIgnoreCase))
        {
            yield return (Status.Revoked, $"signed with key {id}, which has been revoked");
        }

        if (key is not null && !key.Verifies(ManifestBuilder.Digest(bytes), manifest.Signature))
        {
            yield return (Status.Signature, $"the signature is not that of key {id} over these bytes");
        }

        if (manifest.Issued < trust.Issued)
        {
            yield return (Status.Stale, $"issued at {manifest.Issued}; the device has accepted one of {trust.Issued}");
        }

        if (manifest.Counter < trust.Counter)
        {
            yield return (Status.Counter, $"counter {manifest.Counter}; the device's is {trust.Counter}");
        }

        if (trust.Hardware is string hardware && manifest.Hardware.Length > 0 && manifest.Hardware != hardware)
        {
            yield return (Status.Hardware, $"for hardware class '{manifest.Hardware}', not '{hardware}'");
        }

        if (manifest.Kind == ManifestKind.Install)
        {
            if (manifest.KernelAbi != BlobFormat.KernelAbi)
            {
                yield return (Status.Version, $"kernel ABI {manifest.KernelAbi}; this version has {BlobFormat.KernelAbi}");
            }

            if (manifest.BlobBytes > trust.SlotBytes)
            {
                yield return (Status.Size, $"a blob of {manifest.BlobBytes:N0} B; the slot holds {trust.SlotBytes:N0} B");
            }

            if (manifest.Parts > PartLayout.MaxParts)
            {
                yield return (Status.Limit, $"{manifest.Parts} parts; a device counts up to {PartLayout.MaxParts}");
            }

            if (manifest.ArenaBytes > trust.ArenaBytes)
            {
                yield return (Status.Arena, $"an arena of {manifest.ArenaBytes:N0} B; the device has {trust.ArenaBytes:N0} B");
            }
        }

        if (trust.Blob is byte[] blob && BlobFinding(manifest, blob) is (Status, string) finding)
        {
            yield return finding;
        }
    }

    private static (Status Status, string Reason)? BlobFinding(UpdateManifest manifest, byte[] blob)
    {
        if (manifest.Kind == ManifestKind.Revert && manifest.BlobHash.All(b => b == 0))
        {
            return (Status.Mismatch, "the manifest names no blob: it goes back to whatever the other slot has");
        }

        byte[] hash = SHA256.HashData(blob);
        if (!hash.AsSpan().SequenceEqual(manifest.BlobHash))
        {
            string lengths = manifest.Kind == ManifestKind.Install && manifest.BlobBytes != blob.Length ? $" (the manifest's has {manifest.BlobBytes:N0} B, this one {blob.Length:N0} B)" : "";
            return (Status.Hash, $"the SHA-256 of the blob is {Convert.ToHexStringLower(hash)}, not the manifest's{lengths}");
        }

        if (manifest.Kind != ManifestKind.Install)
        {
            return null;
        }

        UpdateManifest header = new();
        if (blob.Length >= BlobFormat.HeaderSize)
        {
            ManifestBuilder.FillFrom(header, blob);
        }

        if (!SameHeader(manifest, header) || manifest.BlobBytes != blob.Length)
        {
            return (Status.Mismatch, "the header of the blob says otherwise than the manifest");
        }

        return ChunkIndex.Root(ChunkIndex.Of(blob, manifest.ChunkBytes)).AsSpan().SequenceEqual(manifest.IndexRoot) ? null
            : (Status.Hash, "the index of the blob is not the one whose SHA-256 the manifest has");
    }

    private static bool SameHeader(UpdateManifest a, UpdateManifest b) =>
        a.BlobBytes == b.BlobBytes && a.BlobCrc == b.BlobCrc && a.ArenaBytes == b.ArenaBytes && a.ModelVersion == b.ModelVersion
        && a.KernelAbi == b.KernelAbi && a.Types == b.Types && a.Target == b.Target && a.Operators.AsSpan().SequenceEqual(b.Operators);

    /// <summary>Whether bytes begin as a manifest does.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> bytes) => bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == UpdateManifest.Magic;

    private static string Malformed(byte[] bytes)
    {
        if (!HasMagic(bytes))
        {
            return "it does not begin with 'TNUM'";
        }

        return bytes.Length != UpdateManifest.Bytes ? $"{bytes.Length} bytes; a manifest has {UpdateManifest.Bytes}"
            : bytes[UpdateManifest.VersionAt] != UpdateManifest.Version ? $"version {bytes[UpdateManifest.VersionAt]}; this tool reads {UpdateManifest.Version}"
            : bytes[UpdateManifest.KindAt] is < ManifestKind.Install or > ManifestKind.Revoke ? $"kind {bytes[UpdateManifest.KindAt]}; expected 1 install, 2 revert or 3 revoke"
            : "its lengths, chunks, percentages or texts are not those of a manifest";
    }
}
