namespace TinyNano.Fleet.Signing;

/// <summary>What a manifest says besides what the blob says.</summary>
public sealed record ManifestOptions
{
    /// <summary>The publisher's number of the rollout.</summary>
    public required uint Rollout { get; init; }

    /// <summary>Security counter; a device takes nothing below its own.</summary>
    public required uint Counter { get; init; }

    /// <summary>Hardware class, at most 24 bytes of UTF-8; empty fits every device.</summary>
    public string Hardware { get; init; } = "";

    /// <summary>When it was signed; whole seconds are kept.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>512, 1024 or 2048.</summary>
    public int ChunkBytes { get; init; } = 1024;

    /// <summary>What the slowest golden vector may take on the device; zero for any. Whole microseconds are kept.</summary>
    public TimeSpan LatencyBudget { get; init; }

    /// <summary>Length of the trial, up to 65,535 s; zero confirms after the first good inference.</summary>
    public TimeSpan Health { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The candidate runs beside the confirmed model before its trial; null for no shadow.</summary>
    public ShadowOptions? Shadow { get; init; }
}

/// <summary>Every n-th sample is compared, so many times, and so many percent must agree.</summary>
public sealed record ShadowOptions(int Every, int Samples, int Agreement);
