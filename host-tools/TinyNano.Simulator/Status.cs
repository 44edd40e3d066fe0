namespace TinyNano.Simulator;

/// <summary>Status codes of the runtime: tn_status.h and docs/SPEC.md have the same, and a contract test compares.</summary>
public enum Status
{
    Ok = 0,
    Arg = -1,
    Format = -2,
    Version = -3,
    Checksum = -4,
    Op = -5,
    Limit = -6,
    Arena = -7,
    Type = -8,
    Proof = -9,
    Empty = -10,
    Flash = -11,
    Target = -12,
    Manifest = -13,
    Key = -14,
    Revoked = -15,
    Signature = -16,
    Counter = -17,
    Stale = -18,
    Hardware = -19,
    Size = -20,
    Hash = -21,
    Mismatch = -22,
    Latency = -23,
    Health = -24,
    Restarts = -25,
    Withdrawn = -26,
    State = -27,
    Timeout = -28,
    Crypto = -29,
    Shadow = -30,
}

/// <summary>The runtime said no: its status, and the step and tensor to blame where it knows them.</summary>
public sealed class DeviceException : Exception
{
    public DeviceException(Status status, int? step, int? tensor)
        : base($"the runtime answered {(int)status} ({status}){(step is null ? "" : $" at step {step}")}{(tensor is null ? "" : $", tensor {tensor}")}; see `tinynano explain {(int)status}`")
    {
        Status = status;
        Step = step;
        Tensor = tensor;
    }

    public Status Status { get; }

    public int? Step { get; }

    public int? Tensor { get; }
}
