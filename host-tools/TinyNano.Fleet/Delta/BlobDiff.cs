namespace TinyNano.Fleet.Delta;

/// <summary>
/// What travels so that a device that has a base gets a blob: for each chunk the cheapest of its bytes, a patch against the base, and a
/// copy of the base. Made once for all devices with that base.
/// </summary>
public sealed class BlobDiff
{
    private readonly byte[] _blob;
    private readonly byte[]?[] _patches;
    private readonly ChunkEncoding[] _encodings;

    private BlobDiff(byte[] blob, PartLayout layout, int baseBytes)
    {
        _blob = blob;
        Layout = layout;
        BaseBytes = baseBytes;
        Index = ChunkIndex.Of(blob, layout.ChunkBytes);
        _patches = new byte[]?[layout.Chunks];
        _encodings = new ChunkEncoding[layout.Chunks];
    }

    public PartLayout Layout { get; }

    public int BaseBytes { get; }

    /// <summary>The index of the new blob: parts 0 .. Pages - 1.</summary>
    public byte[] Index { get; }

    /// <summary>Runs of chunks that are bytes of the base, in the order of the chunks.</summary>
    public IReadOnlyList<CopyRun> Runs { get; private set; } = [];

    /// <param name="basis">What the device runs now; null or empty for none.</param>
    /// <exception cref="FleetException">TN6201: the blob cannot be cut into chunks of that size.</exception>
    public static BlobDiff Create(byte[] blob, byte[]? basis, int chunkBytes)
    {
        ArgumentNullException.ThrowIfNull(blob);
        BlobDiff diff = new(blob, new PartLayout(blob.Length, chunkBytes), basis?.Length ?? 0);
        if (basis is { Length: > 0 })
        {
            diff.Compare(basis);
        }

        return diff;
    }

    public ChunkEncoding Encoding(int chunk) => _encodings[chunk];

    /// <summary>The bytes of a part, page or chunk.</summary>
    public ReadOnlyMemory<byte> Raw(int part) =>
        (part < Layout.Pages ? Index : _blob).AsMemory(Layout.Offset(part), Layout.Size(part));

    /// <summary>The patch of a chunk, or null where its encoding is another.</summary>
    public byte[]? Patch(int chunk) => _patches[chunk];

    /// <summary>The data of the copies messages that carry all runs, each at most chunk_bytes long.</summary>
    public IEnumerable<byte[]> CopiesMessages() =>
        Runs.Chunk(Layout.ChunkBytes / PatchFormat.RunBytes).Select(runs => PatchFormat.Copies(Layout, runs));

    /// <summary>Data bytes of the message that carries a chunk alone: its bytes, its patch, or one record.</summary>
    public int DataBytes(int chunk) => _encodings[chunk] switch
    {
        ChunkEncoding.Patch => _patches[chunk]!.Length,
        ChunkEncoding.Copies => PatchFormat.RunBytes,
        _ => Layout.ChunkSize(chunk),
    };

    /// <summary>What travels to one device, to the byte.</summary>
    public TravelSize Travel()
    {
        int raw = 0, patches = 0, rawData = 0, patchData = 0;
        for (int i = 0; i < Layout.Chunks; i++)
        {
            switch (_encodings[i])
            {
                case ChunkEncoding.Raw:
                    raw++;
                    rawData += Layout.ChunkSize(i);
                    break;
                case ChunkEncoding.Patch:
                    patches++;
                    patchData += _patches[i]!.Length;
                    break;
            }
        }

        int perMessage = Layout.ChunkBytes / PatchFormat.RunBytes;
        return new TravelSize
        {
            BlobBytes = Layout.BlobBytes,
            IndexMessages = Layout.Pages,
            IndexData = Layout.IndexBytes,
            RawMessages = raw,
            RawData = rawData,
            PatchMessages = patches,
            PatchData = patchData,
            CopiedChunks = Layout.Chunks - raw - patches,
            CopiesMessages = (Runs.Count + perMessage - 1) / perMessage,
            CopiesData = Runs.Count * PatchFormat.RunBytes,
        };
    }

    private void Compare(byte[] basis)
    {
        BaseMatches matches = new(_blob, basis);
        List<CopyRun> runs = [];
        for (int i = 0; i < Layout.Chunks; i++)
        {
            int start = i * Layout.ChunkBytes;
            int size = Layout.ChunkSize(i);
            ReadOnlySpan<byte> chunk = _blob.AsSpan(start, size);
            if (runs.Count > 0 && Continues(runs[^1], i, chunk, basis))
            {
                runs[^1] = runs[^1] with { Count = runs[^1].Count + 1 };
                _encodings[i] = ChunkEncoding.Copies;
            }
            else if (matches.Lengths[start] >= size)
            {
                runs.Add(new CopyRun(i, 1, matches.Offsets[start]));
                _encodings[i] = ChunkEncoding.Copies;
            }
            else if (PatchEncoder.Encode(_blob, matches, start, size) is byte[] patch)
            {
                _patches[i] = patch;
                _encodings[i] = ChunkEncoding.Patch;
            }
        }

        Runs = runs;
    }

    private bool Continues(CopyRun run, int chunk, ReadOnlySpan<byte> bytes, byte[] basis)
    {
        int offset = run.Offset + run.Count * Layout.ChunkBytes;
        return run.Chunk + run.Count == chunk && offset <= basis.Length - bytes.Length && basis.AsSpan(offset, bytes.Length).SequenceEqual(bytes);
    }
}
