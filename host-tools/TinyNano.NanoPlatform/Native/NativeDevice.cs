using System.Runtime.InteropServices;
using TinyNano.Simulator;

namespace TinyNano.NanoPlatform;

/// <summary>
/// A tn_device_t with its arena, and its flash in a file unless the board has one. One thread at a time may call into it: on a device the
/// CLR sees to that, here callers hold <see cref="Gate"/>.
/// </summary>
public sealed unsafe class NativeDevice : IDisposable
{
    private const int ArenaAlign = 16;
    private const int StatusCrypto = -29;
    private readonly NativeApi _api = NativeApi.Instance;
    private readonly NativeFlash? _ownFlash;
    private readonly NativeTrust _trust;
    private void* _device;
    private byte* _arena;

    /// <summary>Opens or makes the flash file; SimulatorException where it belongs to a flash of another shape.</summary>
    public NativeDevice(BoardSettings settings)
    {
        _trust = new NativeTrust(settings.Hardware, settings.TrustedKeys);
        if (settings.Flash is null && settings.SlotBytes > 0)
        {
            _ownFlash = NativeFlash.OpenFile(settings);
        }

        NativeFlash? flash = settings.Flash ?? _ownFlash;
        _arena = (byte*)NativeMemory.AlignedAlloc((nuint)settings.ArenaBytes, ArenaAlign);
        _device = NativeMemory.AllocZeroed(_api.DeviceSize());
        int status = _api.DeviceInit(_device, _arena, (uint)settings.ArenaBytes, flash is null ? null : flash.Handle, _api.Clock, null);
        if (status == 0)
        {
            lock (NativeUpdates.Cryptography)
            {
                status = _api.SetTrust(_device, _trust.Hardware, _trust.Keys, (uint)_trust.Count);
            }

            if (status == StatusCrypto && settings.TrustedKeys.Count == 0)
            {
                // A desk library without updates has no use for it.
                status = 0;
            }
        }

        if (status != 0)
        {
            Dispose();
            throw new SimulatorException($"the device cannot be set up: status {status}, see `tinynano explain -- {status}`");
        }

        Updates = new NativeUpdates(this);
    }

    public object Gate { get; } = new();

    /// <summary>Updates over the air, by the device's own functions.</summary>
    public NativeUpdates Updates { get; } = null!;

    internal void* Handle => _device != null ? _device : throw new ObjectDisposedException(nameof(NativeDevice));

    public void Dispose()
    {
        lock (Gate)
        {
            NativeMemory.Free(_device);
            NativeMemory.AlignedFree(_arena);
            _ownFlash?.Dispose();
            _trust.Dispose();
            _device = null;
            _arena = null;
        }
    }
}
