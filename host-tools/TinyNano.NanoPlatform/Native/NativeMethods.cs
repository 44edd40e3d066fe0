using System.Runtime.InteropServices;
using TinyNano.NanoPlatform;

namespace TinyNano.Native;

/// <summary>
/// The twin of managed/TinyNano.Native/NativeMethods.cs, where each member is described: calls tn_device_* of the desk library on the
/// device of the current board.
/// </summary>
public static unsafe class NativeMethods
{
    private static readonly NativeApi Api = NativeApi.Instance;

    public static int Abi() => Api.Abi(null);

    public static int ArenaBytes()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.ArenaBytes(device.Handle);
        }
    }

    public static int Stage(int total, int offset, byte[] data, int start, int count)
    {
        NativeDevice device = Device;
        int length = data.Length;
        lock (device.Gate)
        {
            fixed (byte* p = &MemoryMarshal.GetArrayDataReference(data))
            {
                return Api.Stage(device.Handle, total, offset, p, length, start, count);
            }
        }
    }

    public static int OpenStaged()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.OpenStaged(device.Handle);
        }
    }

    public static int OpenSlot(int slot) => Call(Api.OpenSlot, slot);

    public static int Close(int model) => Call(Api.Close, model);

    public static int FaultStep()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.FaultStep(device.Handle);
        }
    }

    public static int FaultTensor()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.FaultTensor(device.Handle);
        }
    }

    public static int Count(int model, int kind) => Call(Api.Count, model, kind);

    public static int Describe(int model, int kind, int index, int[] fields)
    {
        NativeDevice device = Device;
        int length = fields.Length;
        lock (device.Gate)
        {
            fixed (int* p = &MemoryMarshal.GetArrayDataReference(fields))
            {
                return Api.Describe(device.Handle, model, kind, index, p, length);
            }
        }
    }

    public static string Text(int model, int kind, int index)
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Marshal.PtrToStringUTF8((nint)Api.Text(device.Handle, model, kind, index));
        }
    }

    public static int WriteInput(int model, int index, sbyte[] data, int start, int count) => Elements(Api.WriteInput, model, index, data, start, count);

    public static int WriteInputBytes(int model, int index, byte[] data, int start, int count) =>
        Elements(Api.WriteInputBytes, model, index, data, start, count);

    public static int QuantizeInput(int model, int index, float[] data, int start, int count) =>
        Elements(Api.QuantizeInput, model, index, data, start, count);

    public static int ReadOutput(int model, int index, sbyte[] data, int start, int count) => Elements(Api.ReadOutput, model, index, data, start, count);

    public static int ReadOutputBytes(int model, int index, byte[] data, int start, int count) =>
        Elements(Api.ReadOutputBytes, model, index, data, start, count);

    public static int DequantizeOutput(int model, int index, float[] data, int start, int count) =>
        Elements(Api.DequantizeOutput, model, index, data, start, count);

    public static int Step(int model, int budgetMicroseconds) => Call(Api.Step, model, budgetMicroseconds);

    // Slices, so that another thread of the board gets the device in between, as on the real CLR.
    public static int Run(int model, int sliceMicroseconds)
    {
        int result;
        do
        {
            result = Call(Api.Step, model, sliceMicroseconds);
        }
        while (result == 0);
        return result < 0 ? result : 0;
    }

    public static int RunMicroseconds(int model) => Call(Api.RunMicroseconds, model);

    public static int Reset(int model) => Call(Api.Reset, model);

    public static int FillGolden(int model, int vector) => Call(Api.FillGolden, model, vector);

    public static int CheckGolden(int model, int vector) => Call(Api.CheckGolden, model, vector);

    public static int SlotBytes()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.SlotBytes(device.Handle);
        }
    }

    public static int SlotActive()
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return Api.SlotActive(device.Handle);
        }
    }

    public static int SlotLength(int slot) => Call(Api.SlotLength, slot);

    public static int SlotErase(int slot)
    {
        int result = 0;
        for (int sector = 0; result == 0; sector++)
        {
            result = Call(Api.SlotEraseStep, slot, sector);
        }

        return result < 0 ? result : 0;
    }

    public static int SlotWrite(int slot, int offset, byte[] data, int start, int count) => Elements(Api.SlotWrite, slot, offset, data, start, count);

    public static int SlotRead(int slot, int offset, byte[] data, int start, int count) => Elements(Api.SlotRead, slot, offset, data, start, count);

    public static int SlotConfirm(int slot) => Call(Api.SlotConfirm, slot);

    public static int InputFeatures(int model, int index, int[] features)
    {
        NativeDevice device = Device;
        int length = features.Length;
        lock (device.Gate)
        {
            fixed (int* p = &MemoryMarshal.GetArrayDataReference(features))
            {
                return Api.InputFeatures(device.Handle, model, index, p, length);
            }
        }
    }

    public static int Reference(int model, byte[] data, int start, int count) => Device.Updates.Reference(model, data, start, count);

    public static int UpdateBoot() => Device.Updates.Boot();

    public static int UpdateOffer(byte[] manifest, int start, int count) => Device.Updates.Offer(manifest, start, count);

    public static int UpdateBegin() => Device.Updates.Begin();

    public static int UpdateMissing(int from) => Device.Updates.Missing(from);

    public static int UpdateStore(int part, byte[] data, int start, int count) => Device.Updates.Store(part, data, start, count);

    public static int UpdateCopy(int part, int offset) => Device.Updates.Copy(part, offset);

    public static int UpdatePatch(int part, byte[] data, int start, int count) => Device.Updates.Patch(part, data, start, count);

    public static int UpdateFinish() => Device.Updates.Finish();

    public static int UpdateActivate() => Device.Updates.Activate();

    public static int UpdateConfirm() => Device.Updates.Confirm();

    public static int UpdateRefuse(int status) => Device.Updates.Refuse(status);

    public static int UpdateRevert(int status) => Device.Updates.Revert(status);

    public static int UpdateStatus(int[] fields) => Device.Updates.Status(fields);

    private static NativeDevice Device => VirtualBoard.Current.Native;

    private static int Call(delegate* unmanaged<void*, int, int> function, int first)
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return function(device.Handle, first);
        }
    }

    private static int Call(delegate* unmanaged<void*, int, int, int> function, int first, int second)
    {
        NativeDevice device = Device;
        lock (device.Gate)
        {
            return function(device.Handle, first, second);
        }
    }

    // A null array gives NullReferenceException, as in firmware.
    private static int Elements<T>(delegate* unmanaged<void*, int, int, void*, int, int, int, int> function, int first, int second, T[] data, int start, int count)
        where T : unmanaged
    {
        NativeDevice device = Device;
        int length = data.Length;
        lock (device.Gate)
        {
            fixed (T* p = &MemoryMarshal.GetArrayDataReference(data))
            {
                return function(device.Handle, first, second, p, length, start, count);
            }
        }
    }
}
