namespace TinyNano.Studio;

/// <summary>The page cannot be served; the message says what to do.</summary>
public sealed class StudioException : Exception
{
    public StudioException(string id, string message)
        : base($"{id}: {message}") => Id = id;

    /// <summary>Stable number of the diagnostic, TN69xx.</summary>
    public string Id { get; }
}
