namespace TinyNano.Build;

/// <summary>What every target works with.</summary>
internal sealed record BuildContext(
    Repository Repository, ProcessRunner Processes, Steps Steps, Prerequisites Prerequisites, Options Options);
