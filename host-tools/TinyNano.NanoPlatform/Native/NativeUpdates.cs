using System.Runtime.InteropServices;

namespace TinyNano.NanoPlatform;

/// <summary>
/// tn_device_update_* of one device, where firmware-native/include/tn/tn_device_update.h describes each. Results are those of the
/// functions: statuses below 0. Thread-safe, as each call holds the device's gate; the long ones let go of it between steps.
/// </summary>
public sealed unsafe class NativeUpdates
{
    // The library's cryptography keeps keys for the whole process, and is not for several threads at a time.
    internal static readonly Lock Cryptography = new();
    private readonly NativeApi _api = NativeApi.Instance;
    private readonly NativeDevice _device;

    internal NativeUpdates(NativeDevice device) => _device = device;

    public int Boot() => Guarded(_api.UpdateBoot);

    public int Offer(byte[] manifest, int start, int count)
    {
        int length = manifest.Length;
        lock (_device.Gate)
        {
            lock (Cryptography)
            {
                fixed (byte* p = &MemoryMarshal.GetArrayDataReference(manifest))
                {
                    return _api.UpdateOffer(_device.Handle, p, length, start, count);
                }
            }
        }
    }

    public int Begin() => Steps(_api.UpdateBeginStep);

    public int Missing(int from) => Call(_api.UpdateMissing, from);

    public int Store(int part, byte[] data, int start, int count) => Bytes(_api.UpdateStore, part, data, start, count);

    public int Copy(int part, int offset)
    {
        lock (_device.Gate)
        {
            return _api.UpdateCopy(_device.Handle, part, offset);
        }
    }

    public int Patch(int part, byte[] data, int start, int count) => Bytes(_api.UpdatePatch, part, data, start, count);

    public int Finish() => Steps(_api.UpdateFinishStep);

    public int Activate() => Steps(_api.UpdateActivateStep);

    public int Confirm() => Call(_api.UpdateConfirm);

    public int Refuse(int status) => Call(_api.UpdateRefuse, status);

    public int Revert(int status) => Call(_api.UpdateRevert, status);

    public int Status(int[] fields)
    {
        int length = fields.Length;
        lock (_device.Gate)
        {
            fixed (int* p = &MemoryMarshal.GetArrayDataReference(fields))
            {
                return _api.UpdateStatus(_device.Handle, p, length);
            }
        }
    }

    internal int Reference(int model, byte[] data, int start, int count) => Bytes(_api.Reference, model, data, start, count);

    private int Call(delegate* unmanaged<void*, int> function)
    {
        lock (_device.Gate)
        {
            return function(_device.Handle);
        }
    }

    private int Guarded(delegate* unmanaged<void*, int> function)
    {
        lock (_device.Gate)
        {
            lock (Cryptography)
            {
                return function(_device.Handle);
            }
        }
    }

    private int Call(delegate* unmanaged<void*, int, int> function, int argument)
    {
        lock (_device.Gate)
        {
            return function(_device.Handle, argument);
        }
    }

    private int Steps(delegate* unmanaged<void*, int> function)
    {
        int result;
        do
        {
            result = Guarded(function);
        }
        while (result == 0);

        return result < 0 ? result : 0;
    }

    // A null array gives NullReferenceException, as in firmware.
    private int Bytes(delegate* unmanaged<void*, int, byte*, int, int, int, int> function, int first, byte[] data, int start, int count)
    {
        int length = data.Length;
        lock (_device.Gate)
        {
            fixed (byte* p = &MemoryMarshal.GetArrayDataReference(data))
            {
                return function(_device.Handle, first, p, length, start, count);
            }
        }
    }
}
