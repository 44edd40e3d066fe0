using System.Text.Json;
using TinyNano.Compiler.Targets;
using TinyNano.Simulator;
using TinyNano.Simulator.Profiling;

namespace TinyNano.Bench;

/// <summary>What one model costs on one core, with the kernels of the core's target.</summary>
/// <param name="CodeBytes">Of an int8 image with the model's operators, runtime included, model excluded; null where no such image is built.</param>
internal sealed record Figures(
    string Core, string Model, long Instructions, long CyclesEstimated, long? Macs, long LoadInstructions, int ArenaBytes, int StackBytes, int BlobBytes, int? CodeBytes)
{
    /// <summary>The figures that may not grow silently.</summary>
    public IEnumerable<(string Name, long Value)> Budgets()
    {
        yield return ("instructions", Instructions);
        yield return ("load instructions", LoadInstructions);
        yield return ("arena", ArenaBytes);
        yield return ("stack", StackBytes);
        yield return ("code", CodeBytes ?? 0);
    }

    /// <summary>Compiles and measures a model on a core.</summary>
    public static Figures Measure(BenchModel model, string core)
    {
        ModelProfile profile = Profiler.Run(model.Compile(Target.Find(core)!), core, model.Record());
        string image = $"footprint-{core}/footprint_{model.Name}.elf";
        int? code = Peer.Of(core, model.Name) is null ? null : ImageSize.Of(NativeLibraryLocator.Find(image)).Flash;
        return new Figures(
            core, model.Name, profile.TotalInstructions, profile.TotalCyclesEstimated, profile.TotalMacs, profile.LoadInstructions, profile.ArenaBytes, profile.StackBytes,
            profile.BlobBytes, code);
    }
}

/// <summary>The committed figures: one file a core under tests/bench/results.</summary>
internal static class FigureFile
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, IndentSize = 2 };

    public static string Path(string root, string core) => System.IO.Path.Combine(root, "tests", "bench", "results", core + ".json");

    public static IReadOnlyList<Figures> Read(string root, string core) =>
        File.Exists(Path(root, core)) ? JsonSerializer.Deserialize<List<Figures>>(File.ReadAllText(Path(root, core)), Options)! : [];

    public static void Write(string root, string core, IReadOnlyList<Figures> figures) =>
        File.WriteAllText(Path(root, core), JsonSerializer.Serialize(figures, Options).ReplaceLineEndings("\n") + "\n");
}
