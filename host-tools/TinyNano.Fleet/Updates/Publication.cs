using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Updates;

/// <summary>
/// A manifest with its blob, ready to be sent: every part message is encoded once and shared by all devices, and so are the deltas, once
/// for each base. What it costs does not depend on the number of devices.
/// </summary>
public sealed class Publication
{
    /// <summary>Bases whose deltas are kept at once; of more, the oldest gives way, but only so often: what devices say they run may be invented.</summary>
    public const int MostBases = 16;
    private const double MostPerSecond = 0.1;

    private readonly byte[] _blob;
    private readonly byte[][] _raw;
    private readonly Lock _lock = new();
    private readonly Dictionary<(uint Crc, uint Bytes), PartSet> _deltas = [];
    private readonly Queue<(uint Crc, uint Bytes)> _order = [];
    private readonly TimeProvider _time;
    private TokenBucket _more;

    /// <exception cref="FleetException">TN6301: no manifest; TN6305: the blob is not the manifest's.</exception>
    public Publication(byte[] manifest, byte[] blob, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(blob);
        _time = time ?? TimeProvider.System;
        _more = new TokenBucket(MostPerSecond, 1, Now);
        Bytes = manifest;
        Manifest = Manifests.Decode(manifest);
        Session = Manifests.SessionOf(manifest);
        if (Manifest.Kind != ManifestKind.Install || !SHA256.HashData(blob).AsSpan().SequenceEqual(Manifest.BlobHash))
        {
            throw new FleetException("TN6305", "the blob is not the one that the manifest was signed for", $"session {Session:x8}", "sign the blob again with `tinynano sign`");
        }

        _blob = blob;
        BlobDiff plain = BlobDiff.Create(blob, null, Manifest.ChunkBytes);
        Layout = plain.Layout;
        _raw = [.. Enumerable.Range(0, Layout.Parts).Select(part => Encode(part, PartEncoding.Raw, plain.Raw(part), 0))];
        Raw = new PartSet(_raw);
    }

    /// <summary>The manifest as it is published.</summary>
    public byte[] Bytes { get; }

    public UpdateManifest Manifest { get; }

    public uint Session { get; }

    public PartLayout Layout { get; }

    /// <summary>The part messages without a base.</summary>
    public PartSet Raw { get; }

    /// <summary>Bytes of all messages that are kept, deltas included.</summary>
    public long KeptBytes
    {
        get
        {
            lock (_lock)
            {
                return _blob.Length + _raw.Sum(m => (long)m.Length) + _deltas.Values.Sum(d => d.OwnBytes);
            }
        }
    }

    /// <summary>The part messages for devices that run a base; made when they are first needed. The plain ones where too many bases were asked for lately.</summary>
    /// <param name="basis">Brings the base's bytes.</param>
    public PartSet For(uint crc, uint bytes, Func<byte[]?> basis)
    {
        ArgumentNullException.ThrowIfNull(basis);
        lock (_lock)
        {
            if (_deltas.TryGetValue((crc, bytes), out PartSet? known))
            {
                return known;
            }

            if (_order.Count >= MostBases && _more.Take(1, Now) > TimeSpan.Zero)
            {
                return Raw;
            }
        }

        // Outside the lock, for it takes a while; twice at worst.
        PartSet made = basis() is byte[] blob ? Delta(blob) : Raw;
        lock (_lock)
        {
            if (_deltas.TryAdd((crc, bytes), made))
            {
                _order.Enqueue((crc, bytes));
                if (_order.Count > MostBases)
                {
                    _deltas.Remove(_order.Dequeue());
                }
            }

            return _deltas.TryGetValue((crc, bytes), out PartSet? kept) ? kept : made;
        }
    }

    /// <summary>A part message with the flag that says it went to a group. Made anew each time: a group gets each part once.</summary>
    public static byte[] ForGroup(byte[] message)
    {
        byte[] copy = (byte[])message.Clone();
        copy[PartMessage.FlagsAt] |= PartMessage.GroupFlag;
        return copy;
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    private PartSet Delta(byte[] basis)
    {
        BlobDiff diff = BlobDiff.Create(_blob, basis, Manifest.ChunkBytes);
        byte[][] messages = (byte[][])_raw.Clone();
        long own = 0;
        for (int chunk = 0; chunk < Layout.Chunks; chunk++)
        {
            if (diff.Patch(chunk) is byte[] patch)
            {
                messages[Layout.Pages + chunk] = Encode(Layout.Pages + chunk, PartEncoding.Patch, patch, 0);
                own += messages[Layout.Pages + chunk].Length;
            }
        }

        // All chunks of the runs that one copies message carries share it.
        int next = 0;
        int perMessage = Layout.ChunkBytes / PatchFormat.RunBytes;
        foreach (byte[] data in diff.CopiesMessages())
        {
            CopyRun[] runs = [.. diff.Runs.Skip(next).Take(perMessage)];
            next += runs.Length;
            byte[] message = Encode(Layout.Pages + runs[0].Chunk, PartEncoding.Copies, data, 0);
            own += message.Length;
            foreach (CopyRun run in runs)
            {
                messages.AsSpan(Layout.Pages + run.Chunk, run.Count).Fill(message);
            }
        }

        return new PartSet(messages) { OwnBytes = own };
    }

    private byte[] Encode(int part, int encoding, ReadOnlyMemory<byte> data, int flags)
    {
        byte[] source = data.ToArray();
        byte[] message = new byte[PartMessage.FixedBytes + source.Length];
        new PartMessage { Session = Session, Part = part, Encoding = encoding, Flags = flags }.Encode(message, source, 0, source.Length);
        return message;
    }
}

/// <summary>The message of each part; parts that one copies message brings share it.</summary>
public sealed class PartSet
{
    private readonly byte[][] _messages;

    internal PartSet(byte[][] messages) => _messages = messages;

    public int Parts => _messages.Length;

    /// <summary>Bytes of messages that only this set has.</summary>
    internal long OwnBytes { get; init; }

    public byte[] this[int part] => _messages[part];

    /// <summary>Each message once, in the order of the parts.</summary>
    public IEnumerable<byte[]> Messages() => _messages.Distinct((IEqualityComparer<byte[]>)ReferenceEqualityComparer.Instance);
}
