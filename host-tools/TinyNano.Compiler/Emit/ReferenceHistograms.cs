using System.Buffers.Binary;

namespace TinyNano.Compiler.Emit;

/// <summary>
/// What a model gave on typical inputs, counted in the bins that devices count in: section 9 of docs/SPEC.md. A kind that the model does not
/// have is empty.
/// </summary>
public sealed class ReferenceHistograms
{
    public const int ConfidenceBins = 16;
    public const int EntropyBins = 8;
    public const int MaxClasses = 16;
    public const int MaxFeatures = 4;
    public const int FeatureBins = 8;
    public const int AnomalyBins = 8;

    public const int SamplesAt = 0;
    public const int ConfidenceBinsAt = 4;
    public const int EntropyBinsAt = 5;
    public const int ClassesAt = 6;
    public const int FeaturesAt = 7;
    public const int FeatureBinsAt = 8;
    public const int AnomalyBinsAt = 9;
    public const int ReservedAt = 10;
    public const int FixedBytes = 12;

    /// <summary>Inputs that were counted.</summary>
    public required int Samples { get; init; }

    /// <summary>By the largest probability, <see cref="ConfidenceBins"/> or none.</summary>
    public IReadOnlyList<int> Confidence { get; init; } = [];

    /// <summary>By the entropy of the probabilities over the logarithm of their number, <see cref="EntropyBins"/> or none.</summary>
    public IReadOnlyList<int> Entropy { get; init; } = [];

    /// <summary>By class; the last of <see cref="MaxClasses"/> stands for all above as well.</summary>
    public IReadOnlyList<int> Classes { get; init; } = [];

    /// <summary>By features of the first input, <see cref="FeatureBins"/> each.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Features { get; init; } = [];

    /// <summary>Where the bins of each feature part: a value belongs to the bin whose number is that of the edges not above it.</summary>
    public IReadOnlyList<IReadOnlyList<short>> FeatureEdges { get; init; } = [];

    /// <summary>By the mean squared difference of input and output, <see cref="AnomalyBins"/> or none.</summary>
    public IReadOnlyList<int> Anomaly { get; init; } = [];

    public IReadOnlyList<float> AnomalyEdges { get; init; } = [];

    /// <summary>All counts in the order of the section and of the health message.</summary>
    public IEnumerable<int> Counts => [.. Confidence, .. Entropy, .. Classes, .. Features.SelectMany(f => f), .. Anomaly];

    /// <summary>The bytes of the section. Counts of more than 65,535 samples are scaled down together.</summary>
    public byte[] Write()
    {
        int edges = FixedBytes + Features.Count * (FeatureBins - 1) * 2;
        int anomaly = (edges + 3) / 4 * 4;
        int counts = anomaly + AnomalyEdges.Count * 4;
        int[] all = [.. Counts];
        byte[] bytes = new byte[counts + 2 * all.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Samples);
        bytes[ConfidenceBinsAt] = (byte)Confidence.Count;
        bytes[EntropyBinsAt] = (byte)Entropy.Count;
        bytes[ClassesAt] = (byte)Classes.Count;
        bytes[FeaturesAt] = (byte)Features.Count;
        bytes[FeatureBinsAt] = FeatureBins;
        bytes[AnomalyBinsAt] = (byte)Anomaly.Count;
        short[] parted = [.. FeatureEdges.SelectMany(e => e)];
        for (int i = 0; i < parted.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(FixedBytes + 2 * i), parted[i]);
        }

        for (int i = 0; i < AnomalyEdges.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(anomaly + 4 * i), AnomalyEdges[i]);
        }

        for (int i = 0; i < all.Length; i++)
        {
            int scaled = Samples <= ushort.MaxValue ? all[i] : (int)((long)all[i] * ushort.MaxValue / Samples);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(counts + 2 * i), (ushort)scaled);
        }

        return bytes;
    }

    /// <summary>Reads a section; null where it breaks a rule of docs/SPEC.md.</summary>
    public static ReferenceHistograms? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes)
        {
            return null;
        }

        int confidence = bytes[ConfidenceBinsAt], entropy = bytes[EntropyBinsAt], classes = bytes[ClassesAt], features = bytes[FeaturesAt], anomaly = bytes[AnomalyBinsAt];
        int samples = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        int at = FixedBytes + features * (FeatureBins - 1) * 2;
        int anomalyAt = (at + 3) / 4 * 4;
        int anomalyEdges = anomaly == 0 ? 0 : AnomalyBins - 1;
        int countsAt = anomalyAt + 4 * anomalyEdges;
        bool known = samples > 0 && confidence is 0 or ConfidenceBins && entropy is 0 or EntropyBins && classes <= MaxClasses && features <= MaxFeatures
            && bytes[FeatureBinsAt] == FeatureBins && anomaly is 0 or AnomalyBins;
        int counts = confidence + entropy + classes + features * FeatureBins + anomaly;
        if (!known || samples <= 0 || bytes.Length != countsAt + 2 * counts)
        {
            return null;
        }

        int[] all = new int[counts];
        for (int i = 0; i < counts; i++)
        {
            all[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(countsAt + 2 * i)..]);
        }

        float[] parted = new float[anomalyEdges];
        for (int i = 0; i < parted.Length; i++)
        {
            parted[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(anomalyAt + 4 * i)..]);
        }

        short[] edges = new short[features * (FeatureBins - 1)];
        for (int i = 0; i < edges.Length; i++)
        {
            edges[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(FixedBytes + 2 * i)..]);
        }

        int first = confidence + entropy + classes;
        return new ReferenceHistograms
        {
            Samples = samples,
            Confidence = all[..confidence],
            Entropy = all[confidence..(confidence + entropy)],
            Classes = all[(confidence + entropy)..first],
            Features = [.. Enumerable.Range(0, features).Select(f => all[(first + f * FeatureBins)..(first + (f + 1) * FeatureBins)])],
            FeatureEdges = [.. edges.Chunk(FeatureBins - 1)],
            Anomaly = all[(first + features * FeatureBins)..],
            AnomalyEdges = parted,
        };
    }

    /// <summary>The bin of a value among bins with edges.</summary>
    public static int EdgeBin(double value, IReadOnlyList<short> edges) => edges.Count(e => value >= e);

    /// <summary>The bin of an anomaly score.</summary>
    public static int EdgeBin(double value, IReadOnlyList<float> edges) => edges.Count(e => value >= e);
}
