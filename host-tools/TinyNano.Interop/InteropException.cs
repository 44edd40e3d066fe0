namespace TinyNano.Interop;

/// <summary>An assembly cannot be read, or not with the rules of this library; the message says which one and why.</summary>
public sealed class InteropException : Exception
{
    /// <summary>Makes one from its message.</summary>
    public InteropException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one from its message and what was behind it.</summary>
    public InteropException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
