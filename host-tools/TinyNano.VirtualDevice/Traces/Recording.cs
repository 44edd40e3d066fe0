using System.IO.Compression;
using TinyNano.Simulator;

namespace TinyNano.VirtualDevice.Traces;

/// <summary>What happens when a recording has been played to its end.</summary>
public enum TraceEnd
{
    /// <summary>The run ends.</summary>
    Stop,

    /// <summary>It begins again.</summary>
    Loop,

    /// <summary>The last value stays.</summary>
    Hold,
}

/// <summary>Frames of equal size, so many a second.</summary>
public sealed class Recording
{
    private readonly byte[] _bytes;
    private readonly int _first;

    /// <param name="bytes">Frame after frame.</param>
    /// <param name="frameBytes">Bytes of a frame.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="first">The frame that is played first.</param>
    /// <param name="count">Frames that are played; 0 for all that follow.</param>
    /// <param name="name">Of the file, for messages.</param>
    public Recording(byte[] bytes, int frameBytes, double rate, int first, int count, TraceEnd end, string name)
    {
        int there = bytes.Length / frameBytes;
        if (bytes.Length == 0 || bytes.Length % frameBytes != 0)
        {
            throw new SimulatorException($"{name}: {bytes.Length:N0} bytes are not a whole number of frames of {frameBytes:N0} bytes; check the type and the number of columns");
        }

        if (first < 0 || first >= there || count < 0 || count > there - first)
        {
            throw new SimulatorException($"{name}: frames {first} to {first + (long)count} asked for, but it holds {there:N0}; check 'first' and 'count'");
        }

        _bytes = bytes;
        _first = first;
        FrameBytes = frameBytes;
        Rate = rate;
        Frames = count == 0 ? there - first : count;
        End = end;
        Name = name;
    }

    public int FrameBytes { get; }

    public double Rate { get; }

    public int Frames { get; }

    public TraceEnd End { get; }

    public string Name { get; }

    /// <summary>How long it plays once.</summary>
    public long Microseconds => (long)Math.Ceiling(Frames * 1e6 / Rate);

    /// <summary>The frame at a time since the start; a little is added so that a sampler of the same rate meets every frame once.</summary>
    public long IndexAt(long microseconds) => (long)Math.Floor((microseconds + 1) * Rate / 1e6);

    /// <summary>Whether a frame lies beyond the end of a recording that stops.</summary>
    public bool HasEnded(long index) => End == TraceEnd.Stop && index >= Frames;

    public ReadOnlySpan<byte> Frame(long index)
    {
        long at = End == TraceEnd.Loop ? index % Frames : Math.Min(index, Frames - 1);
        return _bytes.AsSpan((int)(_first + at) * FrameBytes, FrameBytes);
    }

    /// <summary>The bytes of a file; what ends in .gz is unpacked.</summary>
    public static byte[] ReadFile(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            return File.ReadAllBytes(path);
        }

        using GZipStream packed = new(File.OpenRead(path), CompressionMode.Decompress);
        using MemoryStream plain = new();
        try
        {
            packed.CopyTo(plain);
        }
        catch (InvalidDataException e)
        {
            throw new SimulatorException($"'{path}' is not a gzip file: {e.Message}");
        }

        return plain.ToArray();
    }
}
