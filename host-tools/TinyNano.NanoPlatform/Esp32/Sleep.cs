using System;
using TinyNano.NanoPlatform;

namespace nanoFramework.Hardware.Esp32;

public enum EspNativeError : int
{
    OK = 0,
    FAIL = -1,
    NO_MEM = 0x101,
    INVALID_ARG = 0x102,
    INVALID_STATE = 0x103,
    INVALID_SIZE = 0x104,
    NOT_FOUND = 0x105,
    NOT_SUPPORTED = 0x106,
    TIMEOUT = 0x107,
    INVALID_RESPONSE = 0x108,
    INVALID_CRC = 0x109,
    INVALID_VERSION = 0x10A,
    INVALID_MAC = 0x10B,
    WIFI_BASE = 0x3000,
}

/// <summary>Sleep of the current board. Only the timer wakes it here.</summary>
public class Sleep
{
    public enum WakeupCause
    {
        Undefined = 0,
        Ext0 = 2,
        Ext1,
        Timer,
        TouchPad,
        Ulp,
        Gpio,
        Uart,
        Wifi,
        CoCpu,
        CoCpuTrapTrig,
        Bt,
    }

    public static EspNativeError EnableWakeupByTimer(TimeSpan time)
    {
        VirtualBoard.Current.WakeupMicroseconds = time.Ticks / (TimeSpan.TicksPerMillisecond / 1000);
        return EspNativeError.OK;
    }

    public static EspNativeError StartLightSleep()
    {
        VirtualBoard board = VirtualBoard.Current;
        if (board.WakeupMicroseconds <= 0)
        {
            return EspNativeError.INVALID_STATE;
        }

        board.Clock.SleepUntil(board.Clock.Microseconds + board.WakeupMicroseconds);
        return EspNativeError.OK;
    }

    /// <summary>Does not return: the board restarts when it wakes.</summary>
    public static void StartDeepSleep() => VirtualBoard.Current.StopFromInside(StopReason.DeepSleep);

    public static WakeupCause GetWakeupCause() => (WakeupCause)VirtualBoard.Current.WakeupCause;
}
