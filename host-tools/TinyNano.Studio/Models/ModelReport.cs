namespace TinyNano.Studio.Models;

/// <summary>What is in a blob, for the page of a model.</summary>
public sealed record ModelReport(
    string Id, string Name, uint Version, string Target, int BlobBytes, int ArenaBytes, int LowerBound, int ConstantBytes, int GoldenVectors,
    IReadOnlyList<string> Labels, IReadOnlyList<IoReport> Inputs, IReadOnlyList<IoReport> Outputs, IReadOnlyList<LayerReport> Layers, IReadOnlyList<Compiler.Plan.ArenaSpan> Arena,
    IReadOnlyList<int> AliveBytes);

/// <summary>An input or output; without scale where it is not quantised.</summary>
public sealed record IoReport(string Name, string Type, IReadOnlyList<int> Shape, float? Scale, int? Zero);

/// <summary>One step.</summary>
/// <param name="Kernel">The target's kernel, or `general`.</param>
/// <param name="ConstantBytes">Weights and tables that it reads.</param>
public sealed record LayerReport(int Step, string Operator, string Kernel, string Input, string Output, int ConstantBytes, int ArenaBytes);

/// <summary>How good a model is on labelled records.</summary>
/// <param name="Confusion">[actual][predicted] counts.</param>
public sealed record AccuracyReport(string Set, int Records, double Accuracy, IReadOnlyList<IReadOnlyList<int>> Confusion);
