using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>
/// Reads a .tflite file (FlatBuffer with identifier TFL3, schema version 3) into a <see cref="TFLiteModel"/>. All
/// indices between the objects are checked here. Whatever the bytes, the outcome is a model or a CompileException.
/// </summary>
internal static class TFLiteReader
{
    // Names are for people; converters string hundreds of them together.
    private const int MaxName = 256;
    private const string AgainHint = "the file is truncated or was changed after conversion; fetch or convert it again";

    public static TFLiteModel Read(byte[] bytes, string fileName)
    {
        if (bytes.Length < 8 || !bytes.AsSpan(4, 4).SequenceEqual("TFL3"u8))
        {
            throw new CompileException(
                "TN1001",
                "this is not a TFLite model: expected the identifier 'TFL3' at byte 4.",
                fileName,
                "export with the TFLite converter; models for other runtimes have their own importer");
        }

        FlatFile file = new(bytes, fileName);
        FlatTable root = file.Root;
        if (root.UInt(0) is uint version and not 3)
        {
            throw new CompileException("TN1003", $"schema version {version} is not supported (only 3).", fileName,
                "convert the model again with a current TFLite converter");
        }

        (string Name, string? Custom, int Version)[] codes = [.. root.Tables(1, "operator codes").Select(OperatorCode)];
        ReadOnlyMemory<byte>[] buffers = [.. root.Tables(4, "buffers").Select(table => Buffer(file, table))];
        TFLiteSubgraph[] subgraphs = [.. root.Tables(2, "subgraphs").Select(table => Subgraph(file, table, codes, buffers.Length))];
        if (subgraphs.Length == 0)
        {
            throw new CompileException("TN1004", "the file has no subgraph; expected at least one.", fileName, AgainHint);
        }

        Dictionary<string, int> metadata = [];
        foreach (FlatTable entry in root.Tables(6, "metadata"))
        {
            metadata[entry.Text(0, "metadata name") ?? ""] = (int)Math.Min(entry.UInt(1), int.MaxValue);
        }

        TFLiteSignature[] signatures = [.. root.Tables(7, "signatures").Select(Signature)];
        return new TFLiteModel(fileName, bytes.Length, root.Text(3, "description") ?? "", subgraphs, buffers, metadata, signatures);
    }

    // Old files have the code in a byte; newer ones in an int, with the byte at most 127. The larger one counts.
    private static (string Name, string? Custom, int Version) OperatorCode(FlatTable table)
    {
        int code = Math.Max((int)(sbyte)table.Byte(0), table.Int(3));
        string name = TFLiteBuiltins.Name(code);
        return (name, name == "CUSTOM" ? Name(table, 1, "custom code") : null, table.Int(2, 1));
    }

    // Models beyond 2 GB keep buffers behind the FlatBuffer; offsets 0 and 1 are placeholders of the converter.
    private static ReadOnlyMemory<byte> Buffer(FlatFile file, FlatTable table)
    {
        ulong offset = table.ULong(1);
        ulong size = table.ULong(2);
        if (offset > 1)
        {
            return offset <= (ulong)file.Length && size <= (ulong)file.Length - offset
                ? file.Slice((long)offset, (long)size, "buffer")
                : throw file.Damaged("buffer", $"{size} bytes at byte {offset}");
        }

        return table.Bytes(0, "buffer") ?? ReadOnlyMemory<byte>.Empty;
    }

    private static TFLiteSubgraph Subgraph(FlatFile file, FlatTable table, (string Name, string? Custom, int Version)[] codes, int buffers)
    {
        FlatTable[] tensorTables = table.Tables(0, "tensors");
        TFLiteTensor[] tensors = [.. tensorTables.Select((t, i) => Tensor(file, t, i, buffers))];
        int[] Indices(int[]? indices, int least, string what)
        {
            foreach (int index in indices ?? [])
            {
                if (index < least || index >= tensors.Length)
                {
                    throw new CompileException("TN1005", $"{what} names tensor {index}; the subgraph has {tensors.Length}.", file.FileName, AgainHint);
                }
            }

            return indices ?? [];
        }

        TFLiteOperator Operator(FlatTable op, int index)
        {
            uint code = op.UInt(0);
            if (code >= codes.Length)
            {
                throw new CompileException("TN1005", $"operator {index} has code index {code}; the file has {codes.Length} codes.", file.FileName, AgainHint);
            }

            (string name, string? custom, int version) = codes[code];
            string what = $"operator {index} ({name})";
            return new TFLiteOperator(
                index,
                name,
                custom,
                version,
                Indices(op.Ints(1, what), -1, what),
                Indices(op.Ints(2, what), 0, what),
                Indices(op.Ints(8, what), -1, what),
                op.Byte(3),
                op.Byte(3) == 0 ? null : op.Table(4, what));
        }

        int[] inputs = Indices(table.Ints(1, "subgraph inputs"), 0, "the list of inputs");
        int[] outputs = Indices(table.Ints(2, "subgraph outputs"), 0, "the list of outputs");
        TFLiteOperator[] operators = [.. table.Tables(3, "operators").Select(Operator)];
        return new TFLiteSubgraph(table.Text(4, "subgraph name") ?? "", tensors, inputs, outputs, operators);
    }

    private static TFLiteTensor Tensor(FlatFile file, FlatTable table, int index, int buffers)
    {
        string name = Name(table, 3, "tensor name");
        string what = $"tensor {index}";
        uint buffer = table.UInt(2);
        if (buffer >= buffers && buffer != 0)
        {
            throw new CompileException("TN1005", $"{what} '{name}' has buffer {buffer}; the file has {buffers}.", file.FileName, AgainHint);
        }

        TFLiteQuantization? quantization = null;
        if (table.Table(4, what) is FlatTable q)
        {
            float[] scales = q.Floats(2, what) ?? [];
            long[] zeros = q.Longs(3, what) ?? [];
            quantization = scales.Length == 0 ? null : new TFLiteQuantization(scales, zeros, q.Int(6), q.Byte(4));
        }

        return new TFLiteTensor(
            index,
            name,
            table.Ints(0, what) ?? [],
            table.Ints(7, what),
            (TFLiteType)table.Byte(1),
            (int)buffer,
            quantization,
            table.Bool(5),
            table.Has(6),
            table.UInt(10) != 0);
    }

    private static string Name(FlatTable table, int field, string what)
    {
        string name = table.Text(field, what) ?? "";
        return name.Length <= MaxName ? name : name[..MaxName];
    }

    private static TFLiteSignature Signature(FlatTable table)
    {
        static Dictionary<int, string> Names(FlatTable[] maps)
        {
            Dictionary<int, string> names = [];
            foreach (FlatTable map in maps)
            {
                names[(int)map.UInt(1)] = map.Text(0, "signature tensor") ?? "";
            }

            return names;
        }

        return new TFLiteSignature(
            table.Text(2, "signature key") ?? "",
            (int)Math.Min(table.UInt(4), int.MaxValue),
            Names(table.Tables(0, "signature inputs")),
            Names(table.Tables(1, "signature outputs")));
    }
}
