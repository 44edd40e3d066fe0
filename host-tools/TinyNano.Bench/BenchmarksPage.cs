using System.Globalization;
using System.Text;
using TinyNano.Simulator;

namespace TinyNano.Bench;

/// <summary>docs/BENCHMARKS.md from the committed figures.</summary>
internal static class BenchmarksPage
{
    public static string Write(string root)
    {
        StringBuilder page = new();
        page.Append("""
            # Benchmarks

            Made by `./build.sh bench` from `tests/bench/results`; change the code and run it again instead of editing this page. A test measures everything anew and fails
            when a figure grew by more than 1 % and is not committed with the change.

            Instructions of one inference are exact counts in QEMU (`-icount`), the same on every machine. Cycles are estimates by the core's published instruction timings, for memory without wait
            states, by the profiler's plugin (`tinynano profile BLOB --on CORE`). *TFLM* is TensorFlow Lite Micro with CMSIS-NN on Cortex-M and with ESP-NN's generic kernels on RV32IMC, measured with the
            same models, inputs, compiler and emulator; outputs are equal byte for byte. A ratio is ours divided by theirs. Code is an int8 image with the model's operators, runtime included and
            model excluded. Models: MLPerf Tiny's keyword spotting (kws), visual wake words (vww), image classification (ic), anomaly detection (ad) and streaming wake word (sww), and the demo's.


            """);
        foreach (Emulator core in Emulator.All)
        {
            IReadOnlyList<Figures> figures = FigureFile.Read(root, core.Name);
            if (figures.Count > 0)
            {
                Core(page, core, figures);
            }
        }

        return page.ToString();
    }

    private static void Core(StringBuilder page, Emulator core, IReadOnlyList<Figures> figures)
    {
        page.Append(CultureInfo.InvariantCulture, $"## {core.Description}\n\n");
        page.Append("| model | instructions | of TFLM's | per MAC | est. cycles | arena | of TFLM's | code | of TFLM's | to load | of TFLM's | stack | blob |\n");
        page.Append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (Figures f in figures)
        {
            Peer? peer = Peer.Of(core.Name, f.Model);
            string perMac = f.Macs is > 0 ? ((double)f.Instructions / f.Macs.Value).ToString("0.00", CultureInfo.InvariantCulture) : "";
            page.Append(CultureInfo.InvariantCulture, $"| {f.Model} | {f.Instructions:N0} | {Ratio(f.Instructions, peer?.Instructions)} | {perMac} | {f.CyclesEstimated:N0} | {f.ArenaBytes:N0} | {Ratio(f.ArenaBytes, peer?.ArenaBytes)} | ");
            page.Append(CultureInfo.InvariantCulture, $"{f.CodeBytes:N0} | {Ratio(f.CodeBytes ?? 0, peer?.CodeBytes)} | {f.LoadInstructions:N0} | {Ratio(f.LoadInstructions, peer?.SetupInstructions)} | {f.StackBytes:N0} | {f.BlobBytes:N0} |\n");
        }

        page.Append('\n');
        if (core.Name == "cortex-m4")
        {
            page.Append("Best published results on a Cortex-M4 (MLPerf Tiny closed division, rounds 1.0 to 1.3), million cycles, measured on boards, beside our estimates:\n\n| | kws | vww | ic | ad |\n|---|---:|---:|---:|---:|\n");
            string[] models = ["kws", "vww", "ic", "ad"];
            page.Append(CultureInfo.InvariantCulture, $"| published | {string.Join(" | ", models.Select(m => Record.OfCortexM4(m)!.Value.ToString("0.00#", CultureInfo.InvariantCulture)))} |\n");
            page.Append(CultureInfo.InvariantCulture, $"| TinyNano, estimate | {string.Join(" | ", models.Select(m => figures.FirstOrDefault(f => f.Model == m) is Figures f ? (f.CyclesEstimated / 1e6).ToString("0.00#", CultureInfo.InvariantCulture) : ""))} |\n\n");
        }
    }

    private static string Ratio(long ours, long? theirs) => theirs is > 0 ? ((double)ours / theirs.Value).ToString("0.00", CultureInfo.InvariantCulture) : "";
}
