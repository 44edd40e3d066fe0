using TinyNano.Compiler.Emit;

namespace TinyNano.Simulator.Evaluation;

/// <summary>Where a blob runs: `host` or an emulated microcontroller.</summary>
public sealed class Engine
{
    public const string Host = "host";
    private const int RecordsPerStart = 64;
    private const int CountedRecords = 2;
    private readonly byte[] _blob;
    private readonly Emulator? _emulator;

    /// <summary>An engine by its `--on` name; SimulatorException for an unknown one.</summary>
    public Engine(string name, byte[] blob)
    {
        _blob = blob;
        _emulator = name == Host ? null : Emulator.Find(name);
        Blob description = BlobReader.Read(blob);
        RecordBytes = description.Inputs.Sum(io => description.Tensors[io.Tensor].Bytes);
        OutputBytes = description.Outputs.Sum(io => description.Tensors[io.Tensor].Bytes);
    }

    public int RecordBytes { get; }

    /// <summary>Bytes of all outputs of one record.</summary>
    public int OutputBytes { get; }

    /// <summary>Mean instructions of an inference, counted on the first records; null on the host.</summary>
    public long? Instructions { get; private set; }

    /// <summary>Runs records that lie one after another, in order, with the states kept from one to the next.</summary>
    public byte[] Run(byte[] records, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (records.Length == 0 || records.Length % RecordBytes != 0)
        {
            throw new SimulatorException($"{records.Length} bytes are not a whole number of records of {RecordBytes} bytes");
        }

        int count = records.Length / RecordBytes;
        return _emulator is null ? OnHost(records, count, progress, cancel) : OnEmulator(_emulator, records, count, progress, cancel);
    }

    private byte[] OnHost(byte[] records, int count, IProgress<double>? progress, CancellationToken cancel)
    {
        using HostModel model = new(_blob);
        byte[] outputs = new byte[count * OutputBytes];
        for (int i = 0; i < count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            model.Run(records.AsSpan(i * RecordBytes, RecordBytes)).CopyTo(outputs, i * OutputBytes);
            progress?.Report((i + 1.0) / count);
        }

        return outputs;
    }

    // The first records count instructions; the rest runs without counting, in portions side by side. A model with state must
    // see all records in one go.
    private byte[] OnEmulator(Emulator emulator, byte[] records, int count, IProgress<double>? progress, CancellationToken cancel)
    {
        bool stateful = BlobReader.Read(_blob).Tensors.Any(t => t.Place == Compiler.Lower.Place.State);
        int counted = stateful ? count : Math.Min(count, CountedRecords);
        byte[] outputs = new byte[count * OutputBytes];
        Instructions = RunPortion(emulator, records, outputs, 0, counted, true, cancel).Instructions / counted;
        int done = counted;
        progress?.Report((double)done / count);
        IEnumerable<int> starts = Enumerable.Range(0, (count - counted + RecordsPerStart - 1) / RecordsPerStart).Select(i => counted + i * RecordsPerStart);
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        Parallel.ForEach(starts, options, start =>
        {
            int some = Math.Min(RecordsPerStart, count - start);
            RunPortion(emulator, records, outputs, start, some, false, cancel);
            progress?.Report((double)Interlocked.Add(ref done, some) / count);
        });
        return outputs;
    }

    private EmulatorResult RunPortion(Emulator emulator, byte[] records, byte[] outputs, int start, int some, bool count, CancellationToken cancel)
    {
        EmulatorResult result = EmulatorRun.Run(emulator, _blob, records[(start * RecordBytes)..((start + some) * RecordBytes)], count, cancel);
        result.Outputs.CopyTo(outputs, start * OutputBytes);
        return result;
    }
}
