using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyNano.Contracts;

namespace TinyNano.Fleet.Store;

/// <summary>A manifest that was published or is to be.</summary>
/// <param name="Data">Its 256 bytes.</param>
/// <param name="Withdrawn">The server refuses requests of this session.</param>
public sealed record ManifestRow(uint Session, UpdateManifest Manifest, byte[] Data, bool Withdrawn, DateTimeOffset Added)
{
    /// <summary>SHA-256 of the blob in hexadecimal, as <see cref="Blobs"/> has it.</summary>
    public string BlobHash => Convert.ToHexStringLower(Manifest.BlobHash);
}

/// <summary>The table of manifests.</summary>
public static class Manifests
{
    private const string Select = "select session, data, withdrawn, added from manifests";

    /// <summary>Keeps a manifest; one that is there already is not withdrawn any more.</summary>
    /// <returns>Its session.</returns>
    /// <exception cref="FleetException">TN6301: the bytes are no manifest.</exception>
    public static uint Add(DbSession session, byte[] data, DateTimeOffset at)
    {
        UpdateManifest manifest = Decode(data);
        uint number = SessionOf(data);
        session.Execute(
            "insert into manifests (session, kind, rollout, issued, counter, model_version, model, hardware, key_id, blob_hash, added, data) "
            + "values (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11) on conflict (session) do update set withdrawn = 0",
            number, manifest.Kind, manifest.Rollout, manifest.Issued, manifest.Counter, manifest.ModelVersion, manifest.Model, manifest.Hardware,
            Convert.ToHexStringLower(manifest.Key), Convert.ToHexStringLower(manifest.BlobHash), at, data);
        return number;
    }

    /// <summary>The server refuses requests of this session from now on.</summary>
    public static void Withdraw(DbSession session, uint number) => session.Execute("update manifests set withdrawn = 1 where session = @0", number);

    public static ManifestRow? Find(DbSession session, uint number) => session.First($"{Select} where session = @0", Row, number);

    /// <summary>All, newest first.</summary>
    public static List<ManifestRow> All(DbSession session) => session.Query($"{Select} order by added desc, session", Row);

    /// <exception cref="FleetException">TN6301: the bytes are no manifest.</exception>
    public static UpdateManifest Decode(byte[] data)
    {
        UpdateManifest manifest = new();
        return manifest.Decode(data, data.Length) ? manifest
            : throw new FleetException("TN6301", $"{data.Length} bytes that are no manifest", hint: "make one with `tinynano sign`");
    }

    /// <summary>The first four bytes of the SHA-256 of a manifest.</summary>
    public static uint SessionOf(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(data));

    private static ManifestRow Row(DbRow row) => new(row.UInt32(0), Decode(row.Bytes(1)), row.Bytes(1), row.Truth(2), row.Time(3));
}
