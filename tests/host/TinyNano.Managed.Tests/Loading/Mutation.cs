using System.Buffers.Binary;
using TinyNano.Compiler.Emit;
using TinyNano.Managed.Tests.Steps;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Loading;

/// <summary>Damage to a blob.</summary>
internal static class Mutation
{
    private static readonly uint[] Ends = [0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>A copy with one bit turned.</summary>
    public static byte[] Flip(byte[] blob, int bit)
    {
        byte[] copy = [.. blob];
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }

    /// <summary>A copy with one to three fields changed, in every sixteenth with another length.</summary>
    public static byte[] Random(byte[] blob, Seeded random)
    {
        byte[] copy = random.OneIn(16) ? [.. blob.Take(random.Int(0, blob.Length))] : [.. blob];
        for (int n = random.Int(1, 3); n > 0 && copy.Length > 0; n--)
        {
            int at = random.Int(0, copy.Length - 1);
            switch (random.Int(0, 3))
            {
                case 0:
                    copy[at] ^= (byte)(1 << random.Int(0, 7));
                    break;
                case 1:
                    copy[at] = (byte)random.Int(0, 255);
                    break;
                case 2 when at / 2 * 2 + 2 <= copy.Length:
                    BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(at / 2 * 2), (ushort)random.Of(Ends));
                    break;
                case 3 when at / 4 * 4 + 4 <= copy.Length:
                    BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(at / 4 * 4), random.Of(Ends));
                    break;
                default:
                    break;
            }
        }

        return random.OneIn(8) ? copy : Repair(copy);
    }

    /// <summary>Makes length and checksum those of the contents, so that the damage gets past them.</summary>
    public static byte[] Repair(byte[] blob)
    {
        if (blob.Length >= 16)
        {
            BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(8), blob.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(12), BlobFormat.Crc32(blob.AsSpan(16)));
        }

        return blob;
    }
}
