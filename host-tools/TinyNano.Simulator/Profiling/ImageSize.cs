using System.Buffers.Binary;
using System.Text;

namespace TinyNano.Simulator.Profiling;

/// <summary>What a linked program takes of a device.</summary>
public static class ImageSize
{
    /// <summary>Bytes of flash (code, constants, initial data) and of static RAM of a 32-bit little-endian ELF file.</summary>
    public static (int Flash, int Ram) Of(string elf)
    {
        Dictionary<string, int> sections = Sections(File.ReadAllBytes(elf));
        return (Sum(sections, ".text", ".rodata", ".sdata2", ".srodata", ".data", ".sdata", ".ARM.exidx"), Sum(sections, ".data", ".sdata", ".bss", ".sbss"));
    }

    private static int Sum(Dictionary<string, int> sections, params string[] names) =>
        sections.Where(s => names.Any(n => s.Key == n || s.Key.StartsWith(n + ".", StringComparison.Ordinal))).Sum(s => s.Value);

    private static Dictionary<string, int> Sections(byte[] elf)
    {
        int U32(int at) => BinaryPrimitives.ReadInt32LittleEndian(elf.AsSpan(at));
        int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));
        int table = U32(32);
        int size = U16(46);
        int names = U32(table + U16(50) * size + 16);
        Dictionary<string, int> sections = [];
        for (int i = 0; i < U16(48); i++)
        {
            int header = table + i * size;
            ReadOnlySpan<byte> name = elf.AsSpan(names + U32(header));
            sections[Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)])] = U32(header + 20);
        }

        return sections;
    }
}
