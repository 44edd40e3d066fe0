using System.Runtime.InteropServices;

namespace TinyNano.Simulator;

/// <summary>The entry points of the C runtime (firmware-native/include/tn/tn.h) in the desk library.</summary>
internal sealed unsafe class NativeRuntime
{
    private static readonly Lazy<NativeRuntime> Shared = new(() => new NativeRuntime());

    private NativeRuntime()
    {
        nint library = NativeLibrary.Load(NativeLibraryLocator.Find("host/" + NativeLibraryLocator.LibraryName));
        ModelSize = (delegate* unmanaged<nuint>)NativeLibrary.GetExport(library, "tn_model_size");
        ArenaSize = (delegate* unmanaged<byte*, nuint, uint*, int>)NativeLibrary.GetExport(library, "tn_blob_arena_size");
        Open = (delegate* unmanaged<void*, byte*, nuint, byte*, nuint, int>)NativeLibrary.GetExport(library, "tn_model_open");
        FaultOf = (delegate* unmanaged<void*, Fault>)NativeLibrary.GetExport(library, "tn_model_fault");
        Input = (delegate* unmanaged<void*, ushort, Io*, int>)NativeLibrary.GetExport(library, "tn_model_input");
        Output = (delegate* unmanaged<void*, ushort, Io*, int>)NativeLibrary.GetExport(library, "tn_model_output");
        Reset = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "tn_model_reset");
        Run = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "tn_model_run");
        Fill = (delegate* unmanaged<void*, uint, int>)NativeLibrary.GetExport(library, "tn_model_fill");
        Prove = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "tn_model_prove");
    }

    public static NativeRuntime Instance => Shared.Value;

    public delegate* unmanaged<nuint> ModelSize { get; }

    public delegate* unmanaged<byte*, nuint, uint*, int> ArenaSize { get; }

    public delegate* unmanaged<void*, byte*, nuint, byte*, nuint, int> Open { get; }

    public delegate* unmanaged<void*, Fault> FaultOf { get; }

    public delegate* unmanaged<void*, ushort, Io*, int> Input { get; }

    public delegate* unmanaged<void*, ushort, Io*, int> Output { get; }

    public delegate* unmanaged<void*, int> Reset { get; }

    public delegate* unmanaged<void*, int> Run { get; }

    public delegate* unmanaged<void*, uint, int> Fill { get; }

    public delegate* unmanaged<void*, int> Prove { get; }
}

/// <summary>tn_io_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Io
{
    public byte* Name;
    public void* Data;
    public uint Bytes;
    public int* Dims;
    public byte Rank;
    public byte DType;
    public byte Quantized;
    public uint ScaleBits;
    public int Zero;
}

/// <summary>tn_fault_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Fault
{
    public short Status;
    public ushort Step;
    public ushort Tensor;
}
