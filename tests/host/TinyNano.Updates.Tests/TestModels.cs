using TinyNano.Contracts;
using TinyNano.Fleet.Load;

namespace TinyNano.Updates.Tests;

/// <summary>Real models of a size that a test asks for.</summary>
internal static class TestModels
{
    /// <summary>One fully connected layer with random weights and golden vectors; of about so many bytes.</summary>
    public static byte[] Dense(ulong seed, int bytes, uint version = 0) => LightModel.Dense(seed, bytes, version);

    /// <summary>A body of about so many bytes and a small head behind it, each with weights of its own seed.</summary>
    public static byte[] WithHead(ulong body, ulong head, int bytes, uint version = 0) => LightModel.WithHead(body, head, bytes, version);

    /// <summary>A copy with some of its bytes changed and its checksum right again.</summary>
    public static byte[] Altered(byte[] blob, Action<byte[]> change)
    {
        byte[] other = (byte[])blob.Clone();
        change(other);
        LittleEndian.PutUInt32(other, 12, Crc32.Of(other, 16, other.Length - 16));
        return other;
    }

    /// <summary>A copy with other weights, so that its golden vectors do not come out.</summary>
    public static byte[] Unproved(byte[] blob) => Altered(blob, b =>
    {
        for (int i = b.Length / 2; i < (b.Length / 2) + 4096; i++)
        {
            b[i] ^= 0x55;
        }
    });
}
