using System.Collections.Concurrent;
using TinyNano.Compiler.Emit;
using TinyNano.Fleet.Drift;
using TinyNano.Fleet.Store;

namespace TinyNano.Studio.Database;

/// <summary>Blobs of the database by the checksum that devices report, decoded once.</summary>
internal sealed class ModelShelf(FleetDatabase database)
{
    private readonly ConcurrentDictionary<string, byte[]> _bytes = new();
    private readonly ConcurrentDictionary<uint, Blob> _decoded = new();
    private volatile IReadOnlyDictionary<uint, BlobRow> _known = new Dictionary<uint, BlobRow>();

    public IReadOnlyCollection<BlobRow> All => [.. _known.Values];

    public static string Id(uint crc) => $"{crc:x8}";

    /// <summary>Looks for blobs that were published since.</summary>
    public void Refresh() => _known = database.Read(Blobs.All).GroupBy(b => b.Crc).ToDictionary(g => g.Key, g => g.First());

    public byte[]? Bytes(string id)
    {
        if (!uint.TryParse(id, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out uint crc) || !_known.TryGetValue(crc, out BlobRow? row))
        {
            return null;
        }

        return _bytes.TryGetValue(row.Hash, out byte[]? known) ? known : database.Read(s => Blobs.Data(s, row.Hash)) is byte[] read ? _bytes[row.Hash] = read : null;
    }

    /// <summary>Null where the desk does not have the blob.</summary>
    public Blob? Decoded(uint crc)
    {
        if (_decoded.TryGetValue(crc, out Blob? known))
        {
            return known;
        }

        return Bytes(Id(crc)) is byte[] bytes ? _decoded[crc] = BlobReader.Read(bytes, Id(crc)) : null;
    }

    /// <summary>Thresholds of the model's reference; null where there is none. The first call for a model takes a while.</summary>
    public DriftThresholds? Thresholds(uint crc) => Decoded(crc)?.Reference is ReferenceHistograms reference ? DriftThresholds.For(reference) : null;
}
