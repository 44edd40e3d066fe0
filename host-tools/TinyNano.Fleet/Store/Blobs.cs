using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TinyNano.Fleet.Store;

/// <summary>A blob that was published, without its bytes.</summary>
/// <param name="Hash">SHA-256 in hexadecimal.</param>
public sealed record BlobRow(string Hash, int Bytes, uint Crc, uint ModelVersion, string Model, DateTimeOffset Added);

/// <summary>The table of blobs: what is published, and the bases that deltas are made against.</summary>
public static class Blobs
{
    private const int HeaderBytes = 64;
    private const string Columns = "hash, bytes, crc, model_version, model, added";

    /// <summary>Keeps a blob; one that is there already stays as it is.</summary>
    /// <returns>Its hash.</returns>
    /// <exception cref="FleetException">TN6307: the bytes do not begin as a blob does.</exception>
    public static string Add(DbSession session, byte[] blob, string model, DateTimeOffset at)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(blob));
        if (blob.Length < HeaderBytes || !blob.AsSpan(0, 4).SequenceEqual("TNNB"u8) || BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(8)) != blob.Length)
        {
            throw new FleetException("TN6307", $"{blob.Length} bytes that do not begin as a blob does", hint: "make one with `tinynano compile`");
        }

        session.Execute(
            "insert into blobs (hash, bytes, crc, model_version, model, added, data) values (@0, @1, @2, @3, @4, @5, @6) on conflict (hash) do nothing",
            hash, blob.Length, BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(12)), BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(24)), model, at, blob);
        return hash;
    }

    public static List<BlobRow> All(DbSession session) => session.Query($"select {Columns} from blobs order by added desc, hash", Row);

    public static byte[]? Data(DbSession session, string hash) => session.First("select data from blobs where hash = @0", r => r.Bytes(0), hash);

    /// <summary>The blob that a device says it runs; null where the desk does not have it.</summary>
    public static BlobRow? ByHeader(DbSession session, uint crc, uint bytes) =>
        session.First($"select {Columns} from blobs where crc = @0 and bytes = @1 order by added limit 1", Row, crc, bytes);

    private static BlobRow Row(DbRow row) => new(row.Text(0), row.Int32(1), row.UInt32(2), row.UInt32(3), row.Text(4), row.Time(5));
}
