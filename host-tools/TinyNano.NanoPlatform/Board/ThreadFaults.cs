using System.Runtime.ExceptionServices;

namespace TinyNano.NanoPlatform;

/// <summary>
/// On nanoFramework an exception that nothing catches ends its thread and no other; on .NET it would end the process and with it every
/// board. This makes the threads of boards behave as on a device; all others stay as they are.
/// </summary>
internal static class ThreadFaults
{
    private static int s_installed;

    public static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) != 0)
        {
            return;
        }

        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(Handle);
        }
        catch (InvalidOperationException)
        {
            // Somebody else in this process handles unhandled exceptions already.
        }
    }

    private static bool Handle(Exception exception)
    {
        if (exception is BoardStoppedException)
        {
            return true;
        }

        if (VirtualBoard.CurrentOrNull is not VirtualBoard board)
        {
            return false;
        }

        // A stop interrupts the threads that wait.
        if (board.StopReason == StopReason.None)
        {
            board.OnThreadFault(exception);
        }

        return true;
    }
}
