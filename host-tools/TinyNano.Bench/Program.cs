using System.Diagnostics;
using TinyNano.Bench;
using TinyNano.Bench.Drift;
using TinyNano.Simulator;

// tinynano-bench ROOT: measures everything, writes tests/bench/results and docs/BENCHMARKS.md under the repository's root.
// tinynano-bench ROOT drift: how soon drift is found; writes docs/DRIFT.md and docs/images/drift.svg.
// tinynano-bench ROOT gate: which models the gate of a rollout stops; prints.
if (args.Length is not (1 or 2) || !Directory.Exists(Path.Combine(args[0], "tests", "bench")) || (args.Length == 2 && args[1] is not ("drift" or "gate")))
{
    Console.Error.WriteLine("usage: TinyNano.Bench ROOT [drift|gate], where ROOT is the repository's folder");
    return 2;
}

string root = Path.GetFullPath(args[0]);
if (args.Length == 2 && args[1] == "drift")
{
    DriftBench.Run(root, Console.Out);
    return 0;
}

if (args.Length == 2)
{
    return GateExperiment.Run(Console.Out);
}

string? data = Data(root);
if (data is null)
{
    Console.Error.WriteLine("the MLPerf Tiny models are not here (TINYNANO_DATA, or shared/data beside the repository): only the demo's models are measured, and nothing is written");
}

Stopwatch clock = Stopwatch.StartNew();
IReadOnlyList<BenchModel> models = BenchModel.All(data);
foreach (Emulator core in Emulator.All)
{
    List<Figures> figures = [];
    foreach (BenchModel model in models)
    {
        Figures measured = Figures.Measure(model, core.Name);
        figures.Add(measured);
        string ratio = Peer.Of(core.Name, model.Name) is Peer peer ? FormattableString.Invariant($"   {(double)measured.Instructions / peer.Instructions:0.00} of TFLM") : "";
        Console.WriteLine(FormattableString.Invariant($"[{clock.Elapsed.TotalSeconds,6:0.0} s] {core.Name,-11} {model.Name,-11} {measured.Instructions,12:N0} instructions {measured.CyclesEstimated,12:N0} cycles   arena {measured.ArenaBytes,7:N0}   load {measured.LoadInstructions,8:N0}   code {measured.CodeBytes,7:N0}{ratio}"));
    }

    if (data is not null)
    {
        FigureFile.Write(root, core.Name, figures);
    }
}

if (data is not null)
{
    File.WriteAllText(Path.Combine(root, "docs", "BENCHMARKS.md"), BenchmarksPage.Write(root));
    Console.WriteLine("wrote tests/bench/results and docs/BENCHMARKS.md");
}

return 0;

static string? Data(string root)
{
    string folder = Environment.GetEnvironmentVariable("TINYNANO_DATA") is { Length: > 0 } named ? named : Path.Combine(root, "..", "shared", "data");
    return Directory.Exists(folder) ? folder : null;
}
