namespace TinyNano.NanoBuild;

/// <summary>What the program's exit code means; the same as tinynano's.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>A project or a list is wrong.</summary>
    public const int Refused = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>A bug of ours.</summary>
    public const int Bug = 70;
}
