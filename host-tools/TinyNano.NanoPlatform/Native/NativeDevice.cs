using System.Runtime.InteropServices;
using System.Text;
using TinyNano.Simulator;

namespace TinyNano.NanoPlatform;

/// <summary>
/// A tn_device_t with its arena and its flash in a file. One thread at a time may call into it: on a device the CLR sees to that, here
/// callers hold <see cref="Gate"/>.
/// </summary>
public sealed unsafe class NativeDevice : IDisposable
{
    private const int ArenaAlign = 16;
    private readonly NativeApi _api = NativeApi.Instance;
    private void* _device;
    private byte* _arena;
    private void* _flash;

    /// <summary>Opens or makes the flash file; SimulatorException where it belongs to a flash of another shape.</summary>
    public NativeDevice(BoardSettings settings)
    {
        if (settings.SlotBytes > 0)
        {
            Directory.CreateDirectory(settings.StateFolder);
            fixed (byte* path = Encoding.UTF8.GetBytes(settings.FlashFile + "\0"))
            {
                _flash = _api.FlashOpen(path, (uint)settings.SectorBytes, (uint)settings.SlotBytes, (uint)settings.ProgramUnit,
                    (uint)settings.EraseMicroseconds, (uint)settings.ProgramMicroseconds);
            }

            if (_flash == null)
            {
                throw new SimulatorException(
                    $"'{settings.FlashFile}' cannot be opened as a flash of two slots of {settings.SlotBytes:N0} bytes in sectors of {settings.SectorBytes:N0}; "
                    + "give the slot size it was made with, or erase it with `tinynano device erase --state FOLDER`");
            }
        }

        _arena = (byte*)NativeMemory.AlignedAlloc((nuint)settings.ArenaBytes, ArenaAlign);
        _device = NativeMemory.AllocZeroed(_api.DeviceSize());
        int status = _api.DeviceInit(_device, _arena, (uint)settings.ArenaBytes, _flash, _api.Clock, null);
        if (status != 0)
        {
            Dispose();
            throw new SimulatorException($"the device cannot be set up: status {status}, see `tinynano explain -- {status}`");
        }
    }

    public object Gate { get; } = new();

    internal void* Handle => _device != null ? _device : throw new ObjectDisposedException(nameof(NativeDevice));

    public void Dispose()
    {
        lock (Gate)
        {
            NativeMemory.Free(_device);
            NativeMemory.AlignedFree(_arena);
            if (_flash != null)
            {
                _api.FlashClose(_flash);
            }

            _device = null;
            _arena = null;
            _flash = null;
        }
    }
}
