using System.Runtime.InteropServices;
using TinyNano.Simulator;

namespace TinyNano.NanoPlatform;

/// <summary>The entry points of firmware-native/include/tn/tn_device.h and desk/tn_flash_file.h in the desk library.</summary>
internal sealed unsafe class NativeApi
{
    private static readonly Lazy<NativeApi> Shared = new(() => new NativeApi());
    private readonly nint _library;

    private NativeApi()
    {
        _library = NativeLibrary.Load(NativeLibraryLocator.Find("host/" + NativeLibraryLocator.LibraryName));
        DeviceSize = (delegate* unmanaged<nuint>)Export("tn_device_size");
        DeviceInit = (delegate* unmanaged<void*, byte*, uint, void*, nint, void*, int>)Export("tn_device_init");
        FlashOpen = (delegate* unmanaged<byte*, uint, uint, uint, uint, uint, void*>)Export("tn_flash_file_open");
        FlashClose = (delegate* unmanaged<void*, void>)Export("tn_flash_file_close");
        Clock = Export("tn_clock_monotonic");
        Abi = One("abi");
        ArenaBytes = One("arena_bytes");
        Stage = (delegate* unmanaged<void*, int, int, byte*, int, int, int, int>)Export("tn_device_stage");
        OpenStaged = One("open_staged");
        OpenSlot = Two("open_slot");
        Close = Two("close");
        FaultStep = One("fault_step");
        FaultTensor = One("fault_tensor");
        Count = Three("count");
        Describe = (delegate* unmanaged<void*, int, int, int, int*, int, int>)Export("tn_device_describe");
        Text = (delegate* unmanaged<void*, int, int, int, byte*>)Export("tn_device_text");
        WriteInput = Elements("write_input");
        WriteInputBytes = Elements("write_input_bytes");
        QuantizeInput = Elements("quantize_input");
        ReadOutput = Elements("read_output");
        ReadOutputBytes = Elements("read_output_bytes");
        DequantizeOutput = Elements("dequantize_output");
        Step = Three("step");
        Run = Three("run");
        RunMicroseconds = Two("run_microseconds");
        Reset = Two("reset");
        FillGolden = Three("fill_golden");
        CheckGolden = Three("check_golden");
        SlotBytes = One("slot_bytes");
        SlotActive = One("slot_active");
        SlotLength = Two("slot_length");
        SlotEraseStep = Three("slot_erase_step");
        SlotWrite = Elements("slot_write");
        SlotRead = Elements("slot_read");
        SlotConfirm = Two("slot_confirm");
        InputFeatures = (delegate* unmanaged<void*, int, int, int*, int, int>)Export("tn_device_input_features");
        Reference = Bytes("reference");
        FlashRamOpen = (delegate* unmanaged<uint, uint, uint, void*>)Export("tn_flash_ram_open");
        FlashRamClose = (delegate* unmanaged<void*, void>)Export("tn_flash_ram_close");
        FlashRamPower = (delegate* unmanaged<void*, uint, void>)Export("tn_flash_ram_power");
        FlashRamCounts = (delegate* unmanaged<void*, ulong*, void>)Export("tn_flash_ram_counts");
        SetTrust = (delegate* unmanaged<void*, byte*, void*, uint, int>)Export("tn_device_set_trust");
        UpdateBoot = One("update_boot");
        UpdateOffer = (delegate* unmanaged<void*, byte*, int, int, int, int>)Export("tn_device_update_offer");
        UpdateBeginStep = One("update_begin_step");
        UpdateMissing = Two("update_missing");
        UpdateStore = Bytes("update_store");
        UpdateCopy = Three("update_copy");
        UpdatePatch = Bytes("update_patch");
        UpdateFinishStep = One("update_finish_step");
        UpdateActivateStep = One("update_activate_step");
        UpdateConfirm = One("update_confirm");
        UpdateRefuse = Two("update_refuse");
        UpdateRevert = Two("update_revert");
        UpdateStatus = (delegate* unmanaged<void*, int*, int, int>)Export("tn_device_update_status");
    }

    public static NativeApi Instance => Shared.Value;

    public delegate* unmanaged<nuint> DeviceSize { get; }

    public delegate* unmanaged<void*, byte*, uint, void*, nint, void*, int> DeviceInit { get; }

    public delegate* unmanaged<byte*, uint, uint, uint, uint, uint, void*> FlashOpen { get; }

    public delegate* unmanaged<void*, void> FlashClose { get; }

    /// <summary>A tn_clock_t.</summary>
    public nint Clock { get; }

    public delegate* unmanaged<void*, int> Abi { get; }

    public delegate* unmanaged<void*, int> ArenaBytes { get; }

    public delegate* unmanaged<void*, int, int, byte*, int, int, int, int> Stage { get; }

    public delegate* unmanaged<void*, int> OpenStaged { get; }

    public delegate* unmanaged<void*, int, int> OpenSlot { get; }

    public delegate* unmanaged<void*, int, int> Close { get; }

    public delegate* unmanaged<void*, int> FaultStep { get; }

    public delegate* unmanaged<void*, int> FaultTensor { get; }

    public delegate* unmanaged<void*, int, int, int> Count { get; }

    public delegate* unmanaged<void*, int, int, int, int*, int, int> Describe { get; }

    public delegate* unmanaged<void*, int, int, int, byte*> Text { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> WriteInput { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> WriteInputBytes { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> QuantizeInput { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> ReadOutput { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> ReadOutputBytes { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> DequantizeOutput { get; }

    public delegate* unmanaged<void*, int, int, int> Step { get; }

    public delegate* unmanaged<void*, int, int, int> Run { get; }

    public delegate* unmanaged<void*, int, int> RunMicroseconds { get; }

    public delegate* unmanaged<void*, int, int> Reset { get; }

    public delegate* unmanaged<void*, int, int, int> FillGolden { get; }

    public delegate* unmanaged<void*, int, int, int> CheckGolden { get; }

    public delegate* unmanaged<void*, int> SlotBytes { get; }

    public delegate* unmanaged<void*, int> SlotActive { get; }

    public delegate* unmanaged<void*, int, int> SlotLength { get; }

    public delegate* unmanaged<void*, int, int, int> SlotEraseStep { get; }

    /// <summary>Slot, offset, data, length, start, count.</summary>
    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> SlotWrite { get; }

    public delegate* unmanaged<void*, int, int, void*, int, int, int, int> SlotRead { get; }

    public delegate* unmanaged<void*, int, int> SlotConfirm { get; }

    /// <summary>Model, index, features, length.</summary>
    public delegate* unmanaged<void*, int, int, int*, int, int> InputFeatures { get; }

    /// <summary>Model, data, length, start, count.</summary>
    public delegate* unmanaged<void*, int, byte*, int, int, int, int> Reference { get; }

    /// <summary>Bytes of a sector, of a slot, of a unit.</summary>
    public delegate* unmanaged<uint, uint, uint, void*> FlashRamOpen { get; }

    public delegate* unmanaged<void*, void> FlashRamClose { get; }

    public delegate* unmanaged<void*, uint, void> FlashRamPower { get; }

    public delegate* unmanaged<void*, ulong*, void> FlashRamCounts { get; }

    /// <summary>Hardware class, keys, how many.</summary>
    public delegate* unmanaged<void*, byte*, void*, uint, int> SetTrust { get; }

    public delegate* unmanaged<void*, int> UpdateBoot { get; }

    /// <summary>Manifest, length, start, count.</summary>
    public delegate* unmanaged<void*, byte*, int, int, int, int> UpdateOffer { get; }

    public delegate* unmanaged<void*, int> UpdateBeginStep { get; }

    public delegate* unmanaged<void*, int, int> UpdateMissing { get; }

    /// <summary>Part, data, length, start, count.</summary>
    public delegate* unmanaged<void*, int, byte*, int, int, int, int> UpdateStore { get; }

    public delegate* unmanaged<void*, int, int, int> UpdateCopy { get; }

    public delegate* unmanaged<void*, int, byte*, int, int, int, int> UpdatePatch { get; }

    public delegate* unmanaged<void*, int> UpdateFinishStep { get; }

    public delegate* unmanaged<void*, int> UpdateActivateStep { get; }

    public delegate* unmanaged<void*, int> UpdateConfirm { get; }

    public delegate* unmanaged<void*, int, int> UpdateRefuse { get; }

    public delegate* unmanaged<void*, int, int> UpdateRevert { get; }

    /// <summary>Fields, length.</summary>
    public delegate* unmanaged<void*, int*, int, int> UpdateStatus { get; }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private delegate* unmanaged<void*, int> One(string name) => (delegate* unmanaged<void*, int>)Export("tn_device_" + name);

    private delegate* unmanaged<void*, int, int> Two(string name) => (delegate* unmanaged<void*, int, int>)Export("tn_device_" + name);

    private delegate* unmanaged<void*, int, int, int> Three(string name) => (delegate* unmanaged<void*, int, int, int>)Export("tn_device_" + name);

    private delegate* unmanaged<void*, int, int, void*, int, int, int, int> Elements(string name) =>
        (delegate* unmanaged<void*, int, int, void*, int, int, int, int>)Export("tn_device_" + name);

    private delegate* unmanaged<void*, int, byte*, int, int, int, int> Bytes(string name) =>
        (delegate* unmanaged<void*, int, byte*, int, int, int, int>)Export("tn_device_" + name);
}
