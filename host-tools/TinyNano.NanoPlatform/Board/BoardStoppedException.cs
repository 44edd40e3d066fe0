namespace TinyNano.NanoPlatform;

/// <summary>Why a board does not run any more.</summary>
public enum StopReason
{
    /// <summary>It runs.</summary>
    None,

    /// <summary>Whoever runs the board has stopped it.</summary>
    Asked,

    /// <summary>The application rebooted it.</summary>
    Reboot,

    /// <summary>The application sent it into deep sleep; it wakes by a reboot.</summary>
    DeepSleep,
}

/// <summary>
/// Ends the threads of a board that was stopped: every call into the platform throws it from then on. On a device the threads just cease to
/// exist, so an application must not catch it for good.
/// </summary>
public sealed class BoardStoppedException : Exception
{
    public BoardStoppedException(VirtualBoard board)
        : base($"board '{board.Name}' has stopped ({board.StopReason})") => Board = board;

    public VirtualBoard Board { get; }
}
