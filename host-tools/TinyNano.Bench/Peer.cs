namespace TinyNano.Bench;

/// <summary>
/// TensorFlow Lite Micro on the same models, compiler and emulator (tflite-micro 90b983c2 with CMSIS-NN 99f736a6 on Cortex-M, with ESP-NN d45b843c's generic kernels on
/// RV32IMC; GCC 12.2, its own flags, output bytes equal to its reference kernels).
/// </summary>
/// <param name="Instructions">Of one inference.</param>
/// <param name="ArenaBytes">Of its arena.</param>
/// <param name="CodeBytes">Flash without the model, int8 specialisations where it has them.</param>
/// <param name="SetupInstructions">Of its interpreter and tensor allocation.</param>
internal sealed record Peer(string Core, string Model, long Instructions, int ArenaBytes, int CodeBytes, long SetupInstructions)
{
    public static IReadOnlyList<Peer> All { get; } =
    [
        new("cortex-m4", "kws", 7_697_391, 22_820, 54_904, 789_072),
        new("cortex-m4", "vww", 24_101_976, 100_708, 54_904, 3_521_111),
        new("cortex-m4", "ic", 29_864_897, 54_996, 52_708, 539_906),
        new("cortex-m4", "ad", 582_910, 2_580, 30_440, 83_525),
        new("cortex-m4", "sww", 2_227_560, 16_596, 52_368, 1_089_015),
        new("cortex-m7", "kws", 7_643_159, 22_820, 53_284, 260_171),
        new("cortex-m7", "vww", 24_025_601, 100_708, 53_284, 1_017_943),
        new("cortex-m7", "ic", 30_024_945, 54_996, 51_308, 223_148),
        new("cortex-m7", "ad", 583_231, 2_580, 27_944, 66_556),
        new("cortex-m7", "sww", 2_188_651, 16_596, 50_716, 318_954),
        new("cortex-m55", "kws", 1_813_155, 27_348, 46_316, 265_943),
        new("cortex-m55", "vww", 6_558_348, 100_772, 46_316, 1_056_232),
        new("cortex-m55", "ic", 4_913_709, 55_028, 43_052, 222_805),
        new("cortex-m55", "ad", 150_001, 9_268, 22_536, 203_151),
        new("cortex-m55", "sww", 407_916, 19_956, 43_164, 319_929),
        new("rv32imc", "kws", 25_822_788, 22_780, 73_516, 737_062),
        new("rv32imc", "vww", 65_242_172, 100_668, 73_520, 3_214_502),
        new("rv32imc", "ic", 96_393_058, 54_364, 77_200, 511_295),
        new("rv32imc", "ad", 2_453_848, 2_380, 34_084, 96_404),
        new("rv32imc", "sww", 6_062_331, 15_276, 70_256, 994_455),
    ];

    public static Peer? Of(string core, string model) => All.FirstOrDefault(p => p.Core == core && p.Model == model);
}

/// <summary>The best published results on a Cortex-M4, in millions of cycles: MLPerf Tiny closed division, up to round 1.3.</summary>
internal static class Record
{
    public static double? OfCortexM4(string model) => model switch
    {
        "kws" => 5.18,
        "vww" => 10.67,
        "ic" => 19.82,
        "ad" => 0.486,
        _ => null,
    };
}
