using System.Collections.Concurrent;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Updates;

/// <summary>
/// The publications that requests are answered from, by session. The database is looked at once a tick and not for a request, so that
/// invented sessions and bases cost nothing.
/// </summary>
internal sealed class PublicationShelf
{
    /// <summary>Publications in memory at once; of more, the one that was used longest ago gives way, but not for every request.</summary>
    public const int MostLoaded = 8;
    private const double MostPerSecond = 1;

    private readonly FleetDatabase _database;
    private readonly Lock _lock = new();
    private readonly LinkedList<Publication> _loaded = [];
    private ConcurrentDictionary<uint, Known> _known = [];
    private HashSet<(uint Crc, uint Bytes)> _bases = [];

    private readonly TimeProvider _time;
    private TokenBucket _more;

    public PublicationShelf(FleetDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _more = new TokenBucket(MostPerSecond, 1, Now);
    }

    /// <summary>What is known of a session without loading anything.</summary>
    public sealed record Known(bool Withdrawn, bool Install);

    /// <summary>Bytes of all messages in memory.</summary>
    public long KeptBytes
    {
        get
        {
            lock (_lock)
            {
                return _loaded.Sum(p => p.KeptBytes);
            }
        }
    }

    /// <summary>Sessions and bases as the database has them now.</summary>
    public void Refresh()
    {
        (List<(uint Session, bool Withdrawn, int Kind)> manifests, List<(uint, uint)> bases) = _database.Read(s => (
            s.Query("select session, withdrawn, kind from manifests", r => (r.UInt32(0), r.Truth(1), r.Int32(2))),
            s.Query("select crc, bytes from blobs", r => (r.UInt32(0), r.UInt32(1)))));
        _known = new ConcurrentDictionary<uint, Known>(manifests.Select(m => KeyValuePair.Create(m.Session, new Known(m.Withdrawn, m.Kind == ManifestKind.Install))));
        _bases = [.. bases];
    }

    public Known? Look(uint session) => _known.TryGetValue(session, out Known? known) ? known : null;

    /// <summary>The publication of a session; null where the desk does not have its manifest or blob.</summary>
    /// <param name="forRequest">Also null where another one would have to give way too soon: a device asks again, and whoever asks for sessions in turn must not keep the server loading.</param>
    public Publication? Get(uint session, bool forRequest = false)
    {
        lock (_lock)
        {
            for (LinkedListNode<Publication>? node = _loaded.First; node is not null; node = node.Next)
            {
                if (node.Value.Session == session)
                {
                    if (node != _loaded.First)
                    {
                        _loaded.Remove(node);
                        _loaded.AddFirst(node);
                    }

                    return node.Value;
                }
            }

            if (Look(session) is not { Install: true } || (forRequest && _loaded.Count >= MostLoaded && _more.Take(1, Now) > TimeSpan.Zero))
            {
                return null;
            }

            (byte[] Manifest, byte[] Blob)? found = _database.Read<(byte[], byte[])?>(s => Manifests.Find(s, session) is ManifestRow row && Blobs.Data(s, row.BlobHash) is byte[] blob ? (row.Data, blob) : null);
            if (found is null)
            {
                return null;
            }

            Publication made = new(found.Value.Manifest, found.Value.Blob, _time);
            _loaded.AddFirst(made);
            if (_loaded.Count > MostLoaded)
            {
                _loaded.RemoveLast();
            }

            return made;
        }
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    /// <summary>The parts for a device that runs a base; the plain ones where the desk does not have it.</summary>
    public PartSet Parts(Publication publication, uint baseCrc, uint baseBytes) => !_bases.Contains((baseCrc, baseBytes)) ? publication.Raw
        : publication.For(baseCrc, baseBytes, () => _database.Read(s => Blobs.ByHeader(s, baseCrc, baseBytes) is BlobRow row ? Blobs.Data(s, row.Hash) : null));
}
