using System.Runtime.InteropServices;
using TinyNano.Compiler.Emit;

namespace TinyNano.Simulator;

/// <summary>
/// A blob opened by the real C runtime on this computer. Inputs and outputs are raw little-endian bytes in the blob's
/// own types. Not thread-safe; dispose it to free the arena.
/// </summary>
public sealed unsafe class HostModel : IDisposable
{
    private readonly NativeRuntime _native = NativeRuntime.Instance;
    private byte* _blob;
    private byte* _arena;
    private void* _model;

    /// <summary>Opens a blob; DeviceException carries the runtime's status when it is refused.</summary>
    public HostModel(byte[] blob)
    {
        _blob = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(blob.Length, 16), 16);
        blob.CopyTo(new Span<byte>(_blob, blob.Length));
        uint arenaBytes = 0;
        Status status = (Status)_native.ArenaSize(_blob, (nuint)blob.Length, &arenaBytes);
        if (status != Status.Ok)
        {
            Dispose();
            throw new DeviceException(status, null, null);
        }

        ArenaBytes = checked((int)arenaBytes);
        _arena = (byte*)NativeMemory.AlignedAlloc(Math.Max(arenaBytes, 16), 16);
        _model = NativeMemory.AllocZeroed(_native.ModelSize());
        status = (Status)_native.Open(_model, _blob, (nuint)blob.Length, _arena, arenaBytes);
        if (status != Status.Ok)
        {
            Fault fault = _native.FaultOf(_model);
            Dispose();
            throw new DeviceException(status, fault.Step == BlobFormat.None ? null : fault.Step, fault.Tensor == BlobFormat.None ? null : fault.Tensor);
        }

        InputBytes = Sizes(true);
        OutputBytes = Sizes(false);
    }

    public int ArenaBytes { get; }

    /// <summary>Bytes of each input; a record is all of them one after another.</summary>
    public IReadOnlyList<int> InputBytes { get; }

    public IReadOnlyList<int> OutputBytes { get; }

    public int RecordBytes => InputBytes.Sum();

    /// <summary>Fills the inputs from one record, runs, and returns all outputs one after another.</summary>
    public byte[] Run(ReadOnlySpan<byte> record)
    {
        if (record.Length != RecordBytes)
        {
            throw new ArgumentException($"a record has {RecordBytes} bytes, not {record.Length}", nameof(record));
        }

        for (int i = 0; i < InputBytes.Count; i++)
        {
            record[..InputBytes[i]].CopyTo(new Span<byte>(Describe(true, i).Data, InputBytes[i]));
            record = record[InputBytes[i]..];
        }

        Check((Status)_native.Run(_model));
        return Outputs();
    }

    /// <summary>Fills the inputs with the golden-vector generator, runs, and returns all outputs.</summary>
    public byte[] RunSeeded(uint seed)
    {
        Check((Status)_native.Fill(_model, seed));
        Check((Status)_native.Run(_model));
        return Outputs();
    }

    /// <summary>Initial contents for every state.</summary>
    public void Reset() => Check((Status)_native.Reset(_model));

    /// <summary>Whether the blob's golden vectors come out.</summary>
    public bool Prove()
    {
        Status status = (Status)_native.Prove(_model);
        if (status == Status.Proof)
        {
            return false;
        }

        Check(status);
        return true;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_blob);
        NativeMemory.AlignedFree(_arena);
        NativeMemory.Free(_model);
        _blob = null;
        _arena = null;
        _model = null;
    }

    private byte[] Outputs()
    {
        byte[] result = new byte[OutputBytes.Sum()];
        Span<byte> rest = result;
        for (int i = 0; i < OutputBytes.Count; i++)
        {
            new ReadOnlySpan<byte>(Describe(false, i).Data, OutputBytes[i]).CopyTo(rest);
            rest = rest[OutputBytes[i]..];
        }

        return result;
    }

    // The runtime says how many there are by refusing the next one.
    private List<int> Sizes(bool input)
    {
        List<int> sizes = [];
        while (TryDescribe(input, sizes.Count, out Io io) == Status.Ok)
        {
            sizes.Add(checked((int)io.Bytes));
        }

        return sizes;
    }

    private Io Describe(bool input, int index)
    {
        Check(TryDescribe(input, index, out Io io));
        return io;
    }

    private Status TryDescribe(bool input, int index, out Io io)
    {
        Io described;
        Status status = (Status)(input ? _native.Input(_model, (ushort)index, &described) : _native.Output(_model, (ushort)index, &described));
        io = status == Status.Ok ? described : default;
        return status;
    }

    private static void Check(Status status)
    {
        if (status != Status.Ok)
        {
            throw new DeviceException(status, null, null);
        }
    }
}
