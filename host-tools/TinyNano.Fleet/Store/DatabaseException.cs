namespace TinyNano.Fleet.Store;

/// <summary>What went wrong with the fleet's database, as far as a caller may want to tell it apart.</summary>
public enum DatabaseFault
{
    /// <summary>The setting names no database.</summary>
    Setting,

    /// <summary>The file or server cannot be opened, or is no database.</summary>
    Unavailable,

    /// <summary>Another program held the database longer than the busy time-out. What was to be written is not written; it may be tried again.</summary>
    Locked,

    /// <summary>No room. What was to be written is not written; it may be tried again when there is room.</summary>
    Full,

    /// <summary>The file, its folder or the user's rights do not allow writing.</summary>
    NotWritable,

    /// <summary>A newer program has changed the tables.</summary>
    Newer,

    /// <summary>A migration differs from the one that was carried out, or the file is damaged.</summary>
    Damaged,
}

/// <summary>The fleet's database said no; the message says which one and what to do.</summary>
public sealed class DatabaseException : FleetException
{
    internal DatabaseException(DatabaseFault fault, string id, string message, string where, string hint, Exception? cause = null)
        : base(id, message, where, hint, cause) => Fault = fault;

    public DatabaseFault Fault { get; }

    /// <summary>Whether the same may succeed later without anything else being changed.</summary>
    public bool MayPass => Fault is DatabaseFault.Locked or DatabaseFault.Full or DatabaseFault.Unavailable;
}
