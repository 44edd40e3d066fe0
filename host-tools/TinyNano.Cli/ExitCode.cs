namespace TinyNano.Cli;

/// <summary>What the program's exit code means.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The input or the device said no.</summary>
    public const int Refused = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>A bug of ours.</summary>
    public const int Bug = 70;
}
