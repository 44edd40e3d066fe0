using System;
using TinyNano.NanoPlatform;

namespace nanoFramework.Runtime.Native;

public delegate void RebootEventHandler();

public enum RebootOption
{
    NormalReboot = 0,
    EnterNanoBooter = 1,
    ClrOnly = 2,
    EnterProprietaryBooter = 8,
}

/// <summary>Restarts the board.</summary>
public class Power
{
    public static event RebootEventHandler OnRebootEvent
    {
        add => VirtualBoard.Current.Rebooting += value;
        remove => VirtualBoard.Current.Rebooting -= value;
    }

    public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => VirtualBoard.Current.StopFromInside(StopReason.Reboot);

    public static void RebootDevice(int exeConstraintTimeout, RebootOption rebootOption = RebootOption.NormalReboot) =>
        VirtualBoard.Current.StopFromInside(StopReason.Reboot);
}

/// <summary>The board's heap, see <see cref="HeapAccount"/>.</summary>
public static class GC
{
    /// <summary>Collects and returns the free bytes.</summary>
    public static uint Run(bool compactHeap)
    {
        HeapAccount heap = VirtualBoard.Current.Heap;
        heap.Collect();
        return (uint)heap.FreeBytes;
    }

    public static void EnableGCMessages(bool enable)
    {
    }
}

/// <summary>The board's wall clock is the computer's and cannot be set.</summary>
public static class Rtc
{
    public static bool SetSystemTime(DateTime time) => true;
}

public static class SystemInfo
{
    public enum FloatingPoint
    {
        None = 0,
        SinglePrecisionSoftware = 1,
        SinglePrecisionHardware = 2,
        DoublePrecisionSoftware = 3,
        DoublePrecisionHardware = 4,
    }

    public static Version Version => new(1, 17, 0, 0);

    public static string OEMString => "TinyNano virtual device";

    public static byte OEM => 0;

    public static byte Model => 0;

    public static ushort SKU => 0;

    public static string TargetName => "VIRTUAL";

    public static string Platform => "DESK";

    public static FloatingPoint FloatingPointSupport => FloatingPoint.DoublePrecisionHardware;
}
