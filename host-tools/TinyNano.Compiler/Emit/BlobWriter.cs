using System.Buffers.Binary;
using System.Text;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Plan;

namespace TinyNano.Compiler.Emit;

/// <summary>What goes into a blob beside schedule and plan.</summary>
public sealed record BlobOptions
{
    /// <summary>The publisher's version of the model; opaque to the runtime.</summary>
    public uint ModelVersion { get; init; }

    public IReadOnlyList<GoldenVector> Golden { get; init; } = [];

    /// <summary>Class labels; those of the schedule where empty.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the model gives on typical inputs; null where no samples tell.</summary>
    public ReferenceHistograms? Reference { get; init; }
}

/// <summary>Writes blobs as docs/SPEC.md describes them. Same schedule, plan and options: same bytes.</summary>
public sealed class BlobWriter
{
    private readonly Schedule _schedule;
    private readonly MemoryPlan _plan;
    private readonly BlobOptions _options;
    private readonly List<DeviceTensor> _tensors = [];
    private readonly Dictionary<DeviceTensor, ushort> _index = new(ReferenceEqualityComparer.Instance);
    private readonly List<int> _shapes = [];
    private readonly List<byte> _constants = [];
    private readonly Dictionary<Storage, int> _constantOffsets = new(ReferenceEqualityComparer.Instance);
    private readonly List<byte> _text = [];
    private readonly Dictionary<string, int> _strings = [];

    private BlobWriter(Schedule schedule, MemoryPlan plan, BlobOptions options)
    {
        _schedule = schedule;
        _plan = plan;
        _options = options;
    }

    public static byte[] Write(Schedule schedule, MemoryPlan plan, BlobOptions? options = null) =>
        new BlobWriter(schedule, plan, options ?? new BlobOptions()).Build();

    private byte[] Build()
    {
        AddString(_schedule.Name);
        byte[] tensors = Tensors();
        byte[] steps = Steps();
        byte[] io = Io();
        byte[] labels = Labels(out int labelCount);
        byte[] golden = Golden();
        List<(SectionKind Kind, bool Required, byte[] Bytes, int Count)> sections =
        [
            (SectionKind.Tensors, true, tensors, _tensors.Count),
            (SectionKind.Shapes, true, Words(_shapes), _shapes.Count),
            (SectionKind.Steps, true, steps, _schedule.Steps.Count),
            (SectionKind.Io, true, io, _schedule.Inputs.Count + _schedule.Outputs.Count),
            (SectionKind.Text, true, [.. _text], _strings.Count),
        ];
        if (labelCount > 0)
        {
            sections.Add((SectionKind.Labels, false, labels, labelCount));
        }

        if (_options.Golden.Count > 0)
        {
            sections.Add((SectionKind.Golden, false, golden, _options.Golden.Count));
        }

        if (_options.Reference is ReferenceHistograms reference)
        {
            sections.Add((SectionKind.Histograms, false, reference.Write(), 1));
        }

        if (_constants.Count > 0)
        {
            sections.Add((SectionKind.Constants, true, [.. _constants], 0));
        }

        return Assemble(sections);
    }

    private byte[] Assemble(List<(SectionKind Kind, bool Required, byte[] Bytes, int Count)> sections)
    {
        int offset = BlobFormat.HeaderSize + sections.Count * BlobFormat.SectionEntrySize;
        List<int> offsets = [];
        foreach ((_, _, byte[] bytes, _) in sections)
        {
            offset = (offset + 15) / 16 * 16;
            offsets.Add(offset);
            offset = checked(offset + bytes.Length);
        }

        byte[] blob = new byte[offset];
        for (int i = 0; i < sections.Count; i++)
        {
            Span<byte> entry = blob.AsSpan(BlobFormat.HeaderSize + i * BlobFormat.SectionEntrySize);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)sections[i].Kind);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)(sections[i].Required ? 1 : 0));
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], offsets[i]);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], sections[i].Bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], sections[i].Count);
            sections[i].Bytes.CopyTo(blob, offsets[i]);
        }

        WriteHeader(blob, sections.Count);
        return blob;
    }

    private void WriteHeader(Span<byte> blob, int sectionCount)
    {
        BlobFormat.Magic.CopyTo(blob);
        blob[4] = BlobFormat.Major;
        blob[5] = BlobFormat.Minor;
        BinaryPrimitives.WriteUInt16LittleEndian(blob[6..], BlobFormat.HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(blob[8..], blob.Length);
        BinaryPrimitives.WriteInt32LittleEndian(blob[16..], _plan.ArenaBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(blob[20..], (ushort)sectionCount);
        BinaryPrimitives.WriteUInt32LittleEndian(blob[24..], _options.ModelVersion);
        BinaryPrimitives.WriteUInt16LittleEndian(blob[28..], BlobFormat.KernelAbi);
        BinaryPrimitives.WriteUInt16LittleEndian(blob[30..], (ushort)RequiredTypes());
        foreach (Step step in _schedule.Steps)
        {
            blob[32 + step.Op.Code / 8] |= (byte)(1 << (step.Op.Code % 8));
        }

        blob[52] = _schedule.Target.Id;
        BinaryPrimitives.WriteInt32LittleEndian(blob[48..], _schedule.Steps.Select(s => s.Scratch?.Bytes ?? 0).DefaultIfEmpty(0).Max());
        BinaryPrimitives.WriteUInt32LittleEndian(blob[12..], BlobFormat.Crc32(blob[16..]));
    }

    // By the first input and the first output of each step. Indices and conditions that an integer kernel writes (int32, int64,
    // bool) do not make it a float kernel.
    private KernelTypes RequiredTypes()
    {
        KernelTypes types = KernelTypes.None;
        foreach (Step step in _schedule.Steps.Where(s => s.Op != DeviceOps.Copy))
        {
            KernelTypes input = step.Inputs.Count > 0 && step.Inputs[0] is DeviceTensor x ? Family(x.DType) : KernelTypes.None;
            bool index = step.Outputs[0].DType is DType.Int32 or DType.Int64 or DType.Bool;
            types |= input | (index && input != KernelTypes.None ? KernelTypes.None : Family(step.Outputs[0].DType));
        }

        return types;
    }

    private static KernelTypes Family(DType type) => type switch
    {
        DType.Int8 or DType.UInt8 => KernelTypes.Int8,
        DType.Int16 => KernelTypes.Int16,
        _ => KernelTypes.Float,
    };

    private ushort Index(DeviceTensor? tensor)
    {
        if (tensor is null)
        {
            return BlobFormat.None;
        }

        if (!_index.TryGetValue(tensor, out ushort index))
        {
            index = checked((ushort)_tensors.Count);
            _tensors.Add(tensor);
            _index[tensor] = index;
        }

        return index;
    }

    private byte[] Tensors()
    {
        foreach (DeviceTensor tensor in _schedule.Tensors())
        {
            Index(tensor);
        }

        byte[] bytes = new byte[_tensors.Count * BlobFormat.TensorSize];
        for (int i = 0; i < _tensors.Count; i++)
        {
            DeviceTensor tensor = _tensors[i];
            Span<byte> record = bytes.AsSpan(i * BlobFormat.TensorSize);
            record[0] = (byte)tensor.DType;
            record[1] = (byte)tensor.Storage.Place;
            record[2] = (byte)tensor.Shape.Rank;
            record[3] = tensor.Storage.Fill;
            BinaryPrimitives.WriteInt32LittleEndian(record[4..], tensor.Storage.Place == Place.Constant ? ConstantOffset(tensor) : _plan.Offset(tensor.Storage));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], tensor.Bytes);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], ShapeIndex(tensor.Shape));
        }

        return bytes;
    }

    // Weights begin on 16 bytes, small tables on their element size.
    private int ConstantOffset(DeviceTensor tensor)
    {
        if (!_constantOffsets.TryGetValue(tensor.Storage, out int offset))
        {
            int align = tensor.Bytes >= 64 ? 16 : Math.Max(4, tensor.DType.Size());
            while (_constants.Count % align != 0)
            {
                _constants.Add(0);
            }

            offset = _constants.Count;
            _constants.AddRange(tensor.Storage.Data!);
            _constantOffsets[tensor.Storage] = offset;
        }

        return offset;
    }

    // Shapes share the pool: one that already appears somewhere in it is not stored again.
    private int ShapeIndex(Shape shape)
    {
        for (int at = 0; at + shape.Rank <= _shapes.Count; at++)
        {
            if (_shapes.Skip(at).Take(shape.Rank).SequenceEqual(shape.Dims))
            {
                return at;
            }
        }

        _shapes.AddRange(shape.Dims);
        return _shapes.Count - shape.Rank;
    }

    private byte[] Steps()
    {
        List<byte> bytes = [];
        foreach (Step step in _schedule.Steps)
        {
            bytes.AddRange([step.Op.Code, checked((byte)step.Inputs.Count), checked((byte)step.Outputs.Count), step.Kernel]);
            AddU16(bytes, step.Op.ParamBytes);
            AddU16(bytes, Index(step.Scratch));
            foreach (DeviceTensor? tensor in step.Inputs.Concat(step.Outputs))
            {
                AddU16(bytes, Index(tensor));
            }

            if (bytes.Count % 4 != 0)
            {
                AddU16(bytes, 0);
            }

            bytes.AddRange(Words(step.Params));
        }

        return [.. bytes];
    }

    private byte[] Io()
    {
        List<byte> bytes = [];
        foreach ((ScheduleIo io, byte direction) in _schedule.Inputs.Select(i => (i, (byte)0)).Concat(_schedule.Outputs.Select(o => (o, (byte)1))))
        {
            bool quantized = io.Quantization is not null && io.Tensor.DType != DType.Float32;
            AddU16(bytes, Index(io.Tensor));
            bytes.AddRange([direction, (byte)(quantized ? 1 : 0)]);
            bytes.AddRange(Words([
                quantized ? BitConverter.SingleToInt32Bits(io.Quantization!.Scale) : 0,
                quantized ? io.Quantization!.ZeroPoint : 0,
                AddString(io.Name)]));
        }

        return [.. bytes];
    }

    private byte[] Labels(out int count)
    {
        IReadOnlyList<string> labels = _options.Labels.Count > 0 ? _options.Labels : _schedule.Labels;
        count = labels.Count;
        return Words([.. labels.Select(AddString)]);
    }

    private byte[] Golden()
    {
        List<byte> records = [];
        List<byte> outputs = [];
        int start = _options.Golden.Count * BlobFormat.GoldenSize;
        foreach (GoldenVector vector in _options.Golden)
        {
            records.AddRange([(byte)(vector.Outputs is null ? 0 : 1), 0, 0, 0]);
            records.AddRange(Words([
                unchecked((int)vector.Seed),
                vector.Outputs is null ? unchecked((int)vector.OutputCrc) : start + outputs.Count,
                vector.Outputs?.Length ?? 0]));
            outputs.AddRange(vector.Outputs ?? []);
            while (outputs.Count % 4 != 0)
            {
                outputs.Add(0);
            }
        }

        return [.. records, .. outputs];
    }

    private int AddString(string text)
    {
        if (!_strings.TryGetValue(text, out int offset))
        {
            offset = _text.Count;
            _text.AddRange(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));
            _text.Add(0);
            _strings[text] = offset;
        }

        return offset;
    }

    private static void AddU16(List<byte> bytes, int value) => bytes.AddRange([(byte)value, (byte)(value >> 8)]);

    private static byte[] Words(IReadOnlyList<int> values)
    {
        byte[] bytes = new byte[values.Count * 4];
        for (int i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * 4), values[i]);
        }

        return bytes;
    }
}
