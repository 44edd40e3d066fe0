namespace TinyNano.Fleet.Drift;

/// <summary>What the drift alarm watches and how sure it must be. The defaults are those of docs/DRIFT.md.</summary>
public sealed record DriftOptions
{
    /// <summary>Statistics that can raise the alarm; they share <see cref="FalseAlarms"/> evenly.</summary>
    public IReadOnlyList<DriftStatistic> Statistics { get; init; } = [DriftStatistic.Psi, DriftStatistic.KolmogorovSmirnov, DriftStatistic.PageHinkley];

    /// <summary>Lengths of the windows that are compared with the reference, in samples; each slides on with every message.</summary>
    public IReadOnlyList<int> Windows { get; init; } = [100, 200, 400];

    /// <summary>Probability of any alarm in <see cref="CleanSamples"/> samples without drift, all families and windows together.</summary>
    public double FalseAlarms { get; init; } = 0.005;

    public int CleanSamples { get; init; } = 10_000;

    /// <summary>Samples between two looks that the thresholds allow for; looks farther apart make fewer false alarms.</summary>
    public int Step { get; init; } = 20;

    /// <summary>Page-Hinkley's allowance, in standard deviations.</summary>
    public double Allowance { get; init; } = 0.3;

    /// <summary>Streams without drift that the thresholds are made from.</summary>
    public int Streams { get; init; } = 1000;

    public int Seed { get; init; } = 1;
}
