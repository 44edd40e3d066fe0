using System.Runtime.InteropServices;
using System.Text;

namespace TinyNano.NanoPlatform;

/// <summary>Hardware class and keys as the C runtime wants them: memory that stays in place as long as the device does.</summary>
internal sealed unsafe class NativeTrust : IDisposable
{
    // tn_update_key_t: id[8], point[64], bool.
    private const int KeyBytes = 8 + TrustedKey.PointBytes + 1;
    private byte* _hardware;
    private byte* _keys;

    public NativeTrust(string hardware, IReadOnlyList<TrustedKey> keys)
    {
        byte[] name = Encoding.UTF8.GetBytes(hardware + "\0");
        Count = keys.Count;
        _hardware = (byte*)NativeMemory.Alloc((nuint)name.Length);
        _keys = (byte*)NativeMemory.AllocZeroed((nuint)(Count * KeyBytes + 1));
        name.CopyTo(new Span<byte>(_hardware, name.Length));
        for (int i = 0; i < Count; i++)
        {
            Span<byte> entry = new(_keys + i * KeyBytes, KeyBytes);
            keys[i].Id.CopyTo(entry);
            keys[i].Point.CopyTo(entry[8..]);
            entry[^1] = (byte)(keys[i].IsRevoked ? 1 : 0);
        }
    }

    public byte* Hardware => _hardware;

    public byte* Keys => _keys;

    public int Count { get; }

    public void Dispose()
    {
        NativeMemory.Free(_hardware);
        NativeMemory.Free(_keys);
        _hardware = null;
        _keys = null;
    }
}
