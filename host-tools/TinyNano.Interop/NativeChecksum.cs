using System.Text;
using Mono.Cecil;

namespace TinyNano.Interop;

/// <summary>
/// The number by which the CLR tells whether an assembly and the native half in its firmware belong together. The metadata
/// processor writes it into the .pe, firmware carries it beside its table of native methods, and the CLR compares.
/// </summary>
/// <remarks>
/// A CRC-32 (polynomial 0x04C11DB7, most significant bit first, start 0, no final inversion) over one text per method of every class and
/// struct, in the order of the method table: for a native method the assembly's name, the class's name and the method's name
/// with its signature; for a managed one the word NULL. Until the first native method has been counted the CRC starts from 0 again with
/// each text. Managed methods before the first native one therefore do not show in it, although they shift the table: see the
/// rule TN7301 of <see cref="Lint.LintRules"/>.
/// </remarks>
public static class NativeChecksum
{
    private const uint Polynomial = 0x04C11DB7;

    /// <summary>The checksum of an assembly; 0 where it has no native method.</summary>
    /// <exception cref="InteropException">A type's name is not plain ASCII.</exception>
    public static uint Compute(DeviceAssembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        uint crc = 0;
        bool started = false;
        foreach (MethodDefinition method in TypeOrder.Of(assembly).Where(NativeMethod.CanHoldNatives).SelectMany(TypeOrder.Methods))
        {
            if (NativeMethod.IsNative(method))
            {
                // Only after all three texts of the first native method does the CRC begin to carry over.
                crc = Add(started ? crc : 0, assembly.Name);
                crc = Add(started ? crc : 0, NativeMethod.ClassName(method.DeclaringType));
                crc = Add(started ? crc : 0, NativeMethod.MethodName(method));
                started = true;
            }
            else if (started)
            {
                crc = Add(crc, "NULL");
            }
        }

        return crc;
    }

    private static uint Add(uint crc, string text)
    {
        foreach (byte b in Encoding.ASCII.GetBytes(text))
        {
            crc ^= (uint)b << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }
        }

        return crc;
    }
}
