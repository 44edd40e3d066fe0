namespace TinyNano.Compiler.Import.TFLite;

/// <summary>An operator or tensor cannot be imported. The importer turns it into a diagnostic and goes on with the next operator.</summary>
internal sealed class TFLiteRefusal : Exception
{
    public TFLiteRefusal(string id, string message, string? hint = null)
        : base(message)
    {
        Id = id;
        Hint = hint;
    }

    public string Id { get; }

    public string? Hint { get; }

    /// <summary>TN1102: an attribute, a shape or a constant that is not supported.</summary>
    public static TFLiteRefusal Attribute(string message, string? hint = null) => new("TN1102", message, hint);

    /// <summary>TN1103: an element type or quantisation that is not supported.</summary>
    public static TFLiteRefusal Type(string message, string? hint = null) => new("TN1103", message, hint);

    /// <summary>TN1104: inputs, outputs and attributes contradict one another.</summary>
    public static TFLiteRefusal Misfit(string message) => new("TN1104", message, "the file is damaged or was written by a faulty converter");
}
