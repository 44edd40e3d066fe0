using System.Buffers.Binary;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;

namespace TinyNano.Managed.Tests.Loading;

/// <summary>A blob without steps: one input, which is the output as well.</summary>
internal static class InputBlob
{
    private const int Header = 64;
    private const int Entry = 16;

    /// <param name="type">Element type of the input.</param>
    /// <param name="histograms">Section 9; none where it is null.</param>
    /// <param name="dims">Shape of the input.</param>
    public static byte[] Make(DType type, byte[]? histograms, params int[] dims)
    {
        int bytes = dims.Aggregate(type.Size(), (product, dim) => product * dim);
        byte[] tensor = new byte[16];
        tensor[0] = (byte)type;
        tensor[2] = (byte)dims.Length;
        BinaryPrimitives.WriteInt32LittleEndian(tensor.AsSpan(8), bytes);
        byte[] io = new byte[32];
        io[18] = 1;
        List<(int Kind, byte[] Bytes, int Count)> sections =
        [
            (1, tensor, 1),
            (2, [.. dims.SelectMany(BitConverter.GetBytes)], dims.Length),
            (3, [], 0),
            (5, io, 2),
            (6, new byte[2], 1),
        ];
        if (histograms is not null)
        {
            sections.Add((9, histograms, 1));
        }

        List<byte> blob = [.. new byte[Header + Entry * sections.Count]];
        List<byte> entries = [];
        foreach ((int kind, byte[] contents, int count) in sections)
        {
            blob.AddRange(new byte[(16 - blob.Count % 16) % 16]);
            entries.AddRange(BitConverter.GetBytes(kind));
            entries.AddRange(BitConverter.GetBytes(blob.Count));
            entries.AddRange(BitConverter.GetBytes(contents.Length));
            entries.AddRange(BitConverter.GetBytes(count));
            blob.AddRange(contents);
        }

        byte[] made = [.. blob];
        entries.CopyTo(made, Header);
        "TNNB"u8.CopyTo(made);
        made[4] = BlobFormat.Major;
        made[6] = Header;
        BinaryPrimitives.WriteInt32LittleEndian(made.AsSpan(16), (bytes + 15) / 16 * 16);
        made[20] = (byte)sections.Count;
        made[28] = (byte)BlobFormat.KernelAbi;
        return Mutation.Repair(made);
    }
}
