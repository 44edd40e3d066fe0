using System.IO.Compression;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Samples;

/// <summary>
/// Raw little-endian records, one after another, in a file (optionally gzipped) or in all files of a folder in name
/// order. A record is all inputs of the model in order, or (see <see cref="SampleFormat.Stride"/>) a longer stretch that is cut
/// into overlapping windows.
/// </summary>
public sealed class SampleFile
{
    private readonly byte[] _bytes;
    private readonly SampleFormat _format;
    private readonly string _path;

    private SampleFile(byte[] bytes, SampleFormat format, string path, int windowValues)
    {
        _bytes = bytes;
        _format = format;
        _path = path;
        WindowValues = windowValues;
        RecordValues = format.RecordValues > 0 ? format.RecordValues : windowValues;
        int recordBytes = checked(RecordValues * format.Type.Size());
        if (bytes.Length == 0 || bytes.Length % recordBytes != 0)
        {
            throw new CompileException("TN3001", $"{bytes.Length} bytes are not a whole number of records of {RecordValues} {format.Type.ShortName()} values ({recordBytes} bytes)",
                path, "check --input-type; a record is all inputs of the model, one after another");
        }

        if (RecordValues < windowValues || (RecordValues > windowValues && format.Stride <= 0))
        {
            throw new CompileException("TN3002", $"records of {RecordValues} values for a model that takes {windowValues}",
                path, "give --stride to cut longer records into windows");
        }

        Records = bytes.Length / recordBytes;
        WindowsPerRecord = format.Stride > 0 ? (RecordValues - windowValues) / format.Stride + 1 : 1;
    }

    /// <summary>Values the model takes.</summary>
    public int WindowValues { get; }

    public int RecordValues { get; }

    public int Records { get; }

    public int WindowsPerRecord { get; }

    /// <summary>Opens a file or folder; CompileException TN3001/TN3002 where the sizes do not fit the model.</summary>
    public static SampleFile Open(string path, SampleFormat format, int windowValues) => new(ReadAll(path), format, path, windowValues);

    /// <summary>The bytes of a file, unpacked if its name ends in .gz, or of all files of a folder.</summary>
    public static byte[] ReadAll(string path)
    {
        if (Directory.Exists(path))
        {
            return [.. Directory.GetFiles(path).Order(StringComparer.Ordinal).SelectMany(ReadAll)];
        }

        if (!File.Exists(path))
        {
            throw new CompileException("TN3003", "no such file or folder", path);
        }

        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return File.ReadAllBytes(path);
        }

        using GZipStream unpacked = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream buffer = new();
        unpacked.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>The first records only.</summary>
    public SampleFile Take(int records) => records >= Records ? this
        : new SampleFile(_bytes[..(records * RecordValues * _format.Type.Size())], _format, _path, WindowValues);

    /// <summary>The raw values of a window.</summary>
    public Tensor Raw(int record, int window = 0)
    {
        int size = _format.Type.Size();
        int start = checked((record * RecordValues + window * _format.Stride) * size);
        return Tensor.FromBytes(_format.Type, new Shape(WindowValues), _bytes.AsSpan(start, WindowValues * size));
    }

    /// <summary>The real numbers of a window.</summary>
    public float[] Real(int record, int window = 0)
    {
        try
        {
            return _format.ToReal(Raw(record, window));
        }
        catch (ArgumentException e)
        {
            throw new CompileException("TN3004", e.Message, _path);
        }
    }

    /// <summary>
    /// Every <paramref name="every"/>-th record as float32 tensors for the given inputs; of windowed records at most
    /// <paramref name="windowsPerRecord"/>, evenly spread.
    /// </summary>
    public IEnumerable<IReadOnlyList<Tensor>> Samples(IReadOnlyList<Value> inputs, int every = 1, int windowsPerRecord = int.MaxValue) =>
        Chosen(every, windowsPerRecord).Select(w => (IReadOnlyList<Tensor>)Cut(Real(w.Record, w.Window), inputs));

    /// <summary>The raw values of the same windows that <see cref="Samples"/> gives.</summary>
    public IEnumerable<Tensor> Windows(int every = 1, int windowsPerRecord = int.MaxValue) => Chosen(every, windowsPerRecord).Select(w => Raw(w.Record, w.Window));

    private IEnumerable<(int Record, int Window)> Chosen(int every, int windowsPerRecord)
    {
        for (int record = 0; record < Records; record += every)
        {
            int windows = Math.Min(WindowsPerRecord, windowsPerRecord);
            for (int i = 0; i < windows; i++)
            {
                yield return (record, (int)((long)i * WindowsPerRecord / windows));
            }
        }
    }

    private static List<Tensor> Cut(float[] values, IReadOnlyList<Value> inputs)
    {
        List<Tensor> tensors = [];
        int at = 0;
        foreach (Value input in inputs)
        {
            tensors.Add(Tensor.Of(input.Shape, values[at..(at + input.Shape.Count)]));
            at += input.Shape.Count;
        }

        return tensors;
    }
}
