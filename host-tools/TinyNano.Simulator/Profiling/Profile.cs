namespace TinyNano.Simulator.Profiling;

/// <summary>What one function did in one part of a run.</summary>
/// <param name="Bytes">Loaded and stored.</param>
public sealed record FunctionProfile(string Name, long Instructions, long CyclesEstimated, long Bytes);

/// <summary>What one step of a model cost in one inference.</summary>
/// <param name="Kernel">Name of the target's kernel, or `general`.</param>
/// <param name="Macs">Multiply-accumulates; null where the operator has none or its packing does not tell.</param>
/// <param name="ArenaBytesAlive">Bytes of the arena in use while it runs.</param>
public sealed record LayerProfile(
    int Step, string Operator, string Kernel, string Output, long? Macs, long Instructions, long CyclesEstimated, long BytesMoved, int ArenaBytesAlive,
    IReadOnlyList<FunctionProfile> Functions)
{
    public double? InstructionsPerMac => Macs is > 0 ? (double)Instructions / Macs : null;
}

/// <summary>A model's inference on an emulated core.</summary>
/// <param name="TotalInstructions">Exact, of the whole inference, the step loop included.</param>
/// <param name="TotalCyclesEstimated">By the core's published timings and memory without wait states.</param>
/// <param name="CycleModel">Where the timings come from.</param>
/// <param name="VerifyInstructions">Of the checksum over the blob.</param>
/// <param name="LoadInstructions">Of loading the blob after that.</param>
public sealed record ModelProfile(
    string Model, string Target, string Core, long TotalInstructions, long TotalCyclesEstimated, string CycleModel, long? TotalMacs, long VerifyInstructions,
    long LoadInstructions, int BlobBytes, int ArenaBytes, int StackBytes, IReadOnlyList<LayerProfile> Layers, IReadOnlyList<FunctionProfile> Functions,
    IReadOnlyList<BoardFit> Boards);

/// <summary>A whole program, for measuring others by the same ruler.</summary>
public sealed record ProgramProfile(string Program, string Core, long TotalInstructions, long TotalCyclesEstimated, string CycleModel, IReadOnlyList<FunctionProfile> Functions);
