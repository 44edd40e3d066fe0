using System.Buffers.Binary;
using TinyNano.Contracts;

namespace TinyNano.Fleet.Delta;

/// <summary>How a chunk travels: the encodings of part messages.</summary>
public enum ChunkEncoding : byte
{
    /// <summary>Its bytes.</summary>
    Raw = PartEncoding.Raw,

    /// <summary>Pieces: bytes, and copies from the active blob.</summary>
    Patch = PartEncoding.Patch,

    /// <summary>Bytes of the active blob, all of it.</summary>
    Copies = PartEncoding.Copies,
}

/// <summary>A record of a copies message: <see cref="Count"/> chunks from chunk <see cref="Chunk"/> on are the base's bytes from <see cref="Offset"/> on.</summary>
public readonly record struct CopyRun(int Chunk, int Count, int Offset);

/// <summary>Numbers of docs/PROTOCOL.md, Part.</summary>
public static class PatchFormat
{
    /// <summary>Bytes of a part message before its data.</summary>
    public const int PartHeaderBytes = PartMessage.FixedBytes;

    /// <summary>A piece that copies: u16 length with this bit, u32 offset.</summary>
    public const int CopyFlag = 0x8000;

    public const int CopyPieceBytes = 6;

    /// <summary>What a piece of literal bytes costs besides them.</summary>
    public const int LiteralPieceBytes = 2;

    /// <summary>A record of a copies message: u16 part, u16 count, u32 offset.</summary>
    public const int RunBytes = PartMessage.RunBytes;

    /// <summary>The data of a copies message.</summary>
    public static byte[] Copies(PartLayout layout, ReadOnlySpan<CopyRun> runs)
    {
        byte[] data = new byte[runs.Length * RunBytes];
        for (int i = 0; i < runs.Length; i++)
        {
            Span<byte> record = data.AsSpan(i * RunBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(record[PartMessage.RunPart..], (ushort)(layout.Pages + runs[i].Chunk));
            BinaryPrimitives.WriteUInt16LittleEndian(record[PartMessage.RunCount..], (ushort)runs[i].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(record[PartMessage.RunOffset..], (uint)runs[i].Offset);
        }

        return data;
    }
}
