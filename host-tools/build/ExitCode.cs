namespace TinyNano.Build;

/// <summary>What the shell gets to see; the same numbers as those of the `tinynano` command.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
