namespace TinyNano.Surface;

/// <summary>
/// A reference list, a project or a source that cannot be used. The message has one line per problem, each beginning with
/// the file and, where it is known, the line.
/// </summary>
public sealed class SurfaceException : Exception
{
    public SurfaceException(string message)
        : base(message)
    {
    }

    internal SurfaceException(string file, int line, string problem)
        : base($"{file}({line}): {problem}")
    {
    }
}
