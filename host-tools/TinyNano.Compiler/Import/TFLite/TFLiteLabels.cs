using System.Buffers.Binary;
using System.IO.Compression;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// Class labels that TFLite metadata packs behind the model: the file is then a zip archive as well, with a text file of
/// one label a line.
/// </summary>
internal static class TFLiteLabels
{
    private const int EndRecordBytes = 22;
    private const int MaxBytes = 1 << 20;
    private const int MaxLabels = 65536;

    /// <summary>The labels, or none. A damaged archive has none: labels are no reason to refuse a model.</summary>
    public static IReadOnlyList<string> Read(byte[] bytes)
    {
        int from = Math.Max(0, bytes.Length - EndRecordBytes - ushort.MaxValue);
        int end = from + bytes.AsSpan(from).LastIndexOf("PK\x05\x06"u8);
        if (end < from || end > bytes.Length - EndRecordBytes)
        {
            return [];
        }

        // Offsets in the archive count from the start of the file, or of the archive: the end record tells which.
        long directory = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(end + 12));
        long start = end - directory - BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(end + 16));
        if (start < 0)
        {
            return [];
        }

        try
        {
            MemoryStream stream = new(bytes, (int)start, bytes.Length - (int)start, writable: false);
            using ZipArchive archive = new(stream, ZipArchiveMode.Read);
            ZipArchiveEntry[] texts = [.. archive.Entries.Where(e => e.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))];
            ZipArchiveEntry? labels = texts.FirstOrDefault(e => e.Name.Contains("label", StringComparison.OrdinalIgnoreCase))
                ?? (texts.Length == 1 ? texts[0] : null);
            return labels is null ? [] : Lines(labels);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException)
        {
            return [];
        }
    }

    private static string[] Lines(ZipArchiveEntry entry)
    {
        byte[] text = new byte[MaxBytes];
        using Stream stream = entry.Open();
        int count = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        string[] lines = System.Text.Encoding.UTF8.GetString(text, 0, count).Split('\n');
        IEnumerable<string> labels = lines.Select(l => l.TrimEnd('\r')).Take(MaxLabels);
        return [.. lines[^1].Length == 0 ? labels.SkipLast(1) : labels];
    }
}
