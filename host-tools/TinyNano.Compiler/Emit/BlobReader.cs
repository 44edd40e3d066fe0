using System.Buffers.Binary;
using System.Text;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;
using TinyNano.Compiler.Targets;

namespace TinyNano.Compiler.Emit;

/// <summary>
/// Reads a blob at the desk, for inspection. Anything that does not fit is a CompileException TN5001; whether a device
/// would accept the blob is the C loader's to say.
/// </summary>
public sealed class BlobReader
{
    private readonly byte[] _bytes;
    private readonly string _file;

    private BlobReader(byte[] bytes, string file)
    {
        _bytes = bytes;
        _file = file;
    }

    public static Blob Read(byte[] bytes, string file = "blob") => new BlobReader(bytes, file).Read();

    /// <summary>Reads a blob back and throws InvalidOperationException where it does not say what schedule and plan say.</summary>
    public static void RequireSame(byte[] bytes, Schedule schedule, MemoryPlan plan)
    {
        Blob blob = Read(bytes);
        Require(blob.Name == schedule.Name && blob.ArenaBytes == plan.ArenaBytes && blob.Target == schedule.Target && blob.Steps.Count == schedule.Steps.Count, "header");
        Require(blob.Inputs.Count == schedule.Inputs.Count && blob.Outputs.Count == schedule.Outputs.Count, "io");
        for (int i = 0; i < schedule.Steps.Count; i++)
        {
            Step step = schedule.Steps[i];
            BlobStep read = blob.Steps[i];
            Require(read.Op == step.Op && read.Kernel == step.Kernel && read.Params.SequenceEqual(step.Params), $"step {i}");
            RequireTensors(blob, read.Inputs, step.Inputs, plan);
            RequireTensors(blob, read.Outputs, step.Outputs, plan);
            RequireTensors(blob, [read.Scratch], [step.Scratch], plan);
        }
    }

    private static void RequireTensors(Blob blob, IReadOnlyList<int> read, IReadOnlyList<DeviceTensor?> expected, MemoryPlan plan)
    {
        Require(read.Count == expected.Count, "tensor count of a step");
        for (int i = 0; i < read.Count; i++)
        {
            if (expected[i] is not DeviceTensor tensor)
            {
                Require(read[i] < 0, "an absent tensor");
                continue;
            }

            BlobTensor found = blob.Tensors[read[i]];
            Require(found.DType == tensor.DType && found.Shape.Equals(tensor.Shape) && found.Place == tensor.Storage.Place, tensor.Name);
            Require(found.Place == Place.Constant
                ? blob.Constant(found).SequenceEqual(tensor.Storage.Data)
                : found.Offset == plan.Offset(tensor.Storage), tensor.Name);
        }
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"the emitted blob does not read back: {what}");
        }
    }

    private Blob Read()
    {
        Check(_bytes.Length >= BlobFormat.HeaderSize && _bytes.AsSpan(0, 4).SequenceEqual(BlobFormat.Magic), "not a TinyNano blob: it does not begin with 'TNNB'");
        Check(_bytes[4] == BlobFormat.Major, $"format version {_bytes[4]}.{_bytes[5]}; this tool reads {BlobFormat.Major}.x");
        Check(I32(8) == _bytes.Length, $"the header says {I32(8)} bytes, the file has {_bytes.Length}");
        Check((uint)I32(12) == BlobFormat.Crc32(_bytes.AsSpan(16)), "the checksum does not match: bytes changed after emission");
        List<BlobSection> sections = [.. Enumerable.Range(0, U16(20)).Select(ReadSection)];
        BlobSection text = Find(sections, SectionKind.Text);
        List<BlobIo> io = [.. Records(sections, SectionKind.Io, BlobFormat.IoSize).Select(at => ReadIo(at, text))];
        BlobSection? labels = sections.Find(s => s.Kind == SectionKind.Labels);
        return new Blob
        {
            Bytes = _bytes,
            Name = Text(text, 0),
            ArenaBytes = I32(16),
            ScratchBytes = I32(48),
            ModelVersion = (uint)I32(24),
            Crc = (uint)I32(12),
            Types = (KernelTypes)U16(30),
            Target = Target.All.FirstOrDefault(t => t.Id == _bytes[52]) ?? throw Error($"target {_bytes[52]}, which this tool does not know"),
            Sections = sections,
            Tensors = [.. Records(sections, SectionKind.Tensors, BlobFormat.TensorSize).Select(at => ReadTensor(at, Find(sections, SectionKind.Shapes)))],
            Steps = ReadSteps(Find(sections, SectionKind.Steps)),
            Inputs = [.. io.Where(x => !x.IsOutput)],
            Outputs = [.. io.Where(x => x.IsOutput)],
            Labels = labels is null ? [] : [.. Enumerable.Range(0, labels.Count).Select(i => Text(text, I32(labels.Offset + i * 4)))],
            GoldenVectors = sections.Find(s => s.Kind == SectionKind.Golden)?.Count ?? 0,
            Reference = sections.Find(s => s.Kind == SectionKind.Histograms) is BlobSection histograms ? ReadReference(histograms) : null,
        };
    }

    private ReferenceHistograms ReadReference(BlobSection section)
    {
        ReferenceHistograms? reference = ReferenceHistograms.Read(_bytes.AsSpan(section.Offset, section.Size));
        Check(reference is not null, "the Histograms section does not have the bytes that its first ones announce");
        return reference!;
    }

    private BlobSection ReadSection(int index)
    {
        int at = BlobFormat.HeaderSize + index * BlobFormat.SectionEntrySize;
        BlobSection section = new((SectionKind)U16(at), (U16(at + 2) & 1) != 0, I32(at + 4), I32(at + 8), I32(at + 12));
        Check(section.Offset >= 0 && section.Size >= 0 && section.Offset <= _bytes.Length - section.Size && section.Count >= 0,
            $"section {index} ({section.Kind}) lies outside the file");
        return section;
    }

    private BlobSection Find(List<BlobSection> sections, SectionKind kind)
    {
        BlobSection? section = sections.Find(s => s.Kind == kind);
        Check(section is not null, $"the {kind} section is missing");
        return section!;
    }

    private IEnumerable<int> Records(List<BlobSection> sections, SectionKind kind, int size)
    {
        BlobSection section = Find(sections, kind);
        Check((long)section.Count * size == section.Size, $"the {kind} section has {section.Size} bytes for {section.Count} records");
        return Enumerable.Range(0, section.Count).Select(i => section.Offset + i * size);
    }

    private BlobTensor ReadTensor(int at, BlobSection shapes)
    {
        int rank = _bytes[at + 2];
        int shape = I32(at + 12);
        Check(Enum.IsDefined((DType)_bytes[at]) && Enum.IsDefined((Place)_bytes[at + 1]) && shape >= 0 && shape <= shapes.Count - rank, "a tensor record is malformed");
        int[] dims = [.. Enumerable.Range(0, rank).Select(i => I32(shapes.Offset + (shape + i) * 4))];
        Check(dims.All(d => d > 0), "a tensor has a dimension below 1");
        return new BlobTensor((DType)_bytes[at], (Place)_bytes[at + 1], _bytes[at + 3], I32(at + 4), I32(at + 8), new Shape(dims));
    }

    private BlobIo ReadIo(int at, BlobSection text)
    {
        Quantization? quantization = _bytes[at + 3] != 0 ? new Quantization(BitConverter.Int32BitsToSingle(I32(at + 4)), I32(at + 8)) : null;
        return new BlobIo(Text(text, I32(at + 12)), U16(at), _bytes[at + 2] == 1, quantization);
    }

    private List<BlobStep> ReadSteps(BlobSection section)
    {
        List<BlobStep> steps = [];
        int at = section.Offset;
        for (int i = 0; i < section.Count; i++)
        {
            Check(at <= section.Offset + section.Size - BlobFormat.StepSize, $"step {i} lies outside its section");
            int inputs = _bytes[at + 1];
            int refs = inputs + _bytes[at + 2];
            int parameters = at + BlobFormat.StepSize + (refs + 1) / 2 * 4;
            int end = parameters + U16(at + 4);
            Check(end <= section.Offset + section.Size, $"step {i} lies outside its section");
            DeviceOp op = DeviceOps.Find(_bytes[at]) ?? throw Error($"step {i} has operator code {_bytes[at]}, which this tool does not know");
            int[] tensors = [.. Enumerable.Range(0, refs).Select(k => Ref(at + BlobFormat.StepSize + k * 2))];
            steps.Add(new BlobStep(op, _bytes[at + 3], tensors[..inputs], tensors[inputs..], Ref(at + 6),
                [.. Enumerable.Range(0, U16(at + 4) / 4).Select(k => I32(parameters + k * 4))]));
            at = end;
        }

        return steps;
    }

    private int Ref(int at) => U16(at) == BlobFormat.None ? -1 : U16(at);

    private string Text(BlobSection text, int offset)
    {
        Check(offset >= 0 && offset < text.Size, "a string lies outside the text section");
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(text.Offset + offset, text.Size - offset);
        int end = bytes.IndexOf((byte)0);
        Check(end >= 0, "a string has no end");
        return Encoding.UTF8.GetString(bytes[..end]);
    }

    private int I32(int at)
    {
        Check(at >= 0 && at <= _bytes.Length - 4, "a record lies outside the file");
        return BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
    }

    private ushort U16(int at)
    {
        Check(at >= 0 && at <= _bytes.Length - 2, "a record lies outside the file");
        return BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
    }

    private void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw Error(message);
        }
    }

    private CompileException Error(string message) => new("TN5001", message, _file, "emit the blob again with `tinynano compile`; suspect the transfer");
}
