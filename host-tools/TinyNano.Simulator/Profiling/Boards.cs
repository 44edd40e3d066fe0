namespace TinyNano.Simulator.Profiling;

/// <summary>A board's limits, from its vendor's data sheet.</summary>
/// <param name="Core">The emulated core whose counts stand for it; null where there is none.</param>
/// <param name="RamBytes">For applications.</param>
/// <param name="FlashBytes">Of a model slot in our partition table or flash map.</param>
/// <param name="Milliamperes">Typical run current at this clock, radio off.</param>
public sealed record Board(string Name, string? Core, int Megahertz, int RamBytes, int FlashBytes, double Milliamperes, double Volts);

/// <summary>Whether a model fits a board, and what an inference would take. Latency and energy are estimates.</summary>
public sealed record BoardFit(string Board, bool RamFits, bool FlashFits, double? LatencyMillisecondsEstimated, double? EnergyMillijoulesEstimated);

/// <summary>The boards that `tinynano profile` judges.</summary>
public static class Boards
{
    private const int KiB = 1024;

    /// <summary>
    /// Clocks and memories are those of the data sheets; RAM is what the nanoFramework firmware leaves for a static arena with room for the
    /// managed heap. Currents are the data sheets' typical values at that clock with the radio off.
    /// </summary>
    public static IReadOnlyList<Board> All { get; } =
    [
        new("STM32F429I-DISCOVERY", "cortex-m4", 180, 96 * KiB, 512 * KiB, 72, 3.3),
        new("NUCLEO-L4R5ZI", "cortex-m4", 120, 320 * KiB, 512 * KiB, 17, 3.3),
        new("STM32F769I-DISCOVERY", "cortex-m7", 216, 256 * KiB, 256 * KiB, 100, 3.3),
        new("Cortex-M55 (Corstone-300 class)", "cortex-m55", 400, 512 * KiB, 1024 * KiB, 60, 1.8),
        new("ESP32-C3", "rv32imc", 160, 160 * KiB, 384 * KiB, 23, 3.3),
        new("ESP32-C6", "rv32imc", 160, 220 * KiB, 384 * KiB, 27, 3.3),
        new("ESP32", null, 240, 96 * KiB, 384 * KiB, 50, 3.3),
        new("ESP32-S3", null, 240, 160 * KiB, 384 * KiB, 54, 3.3),
    ];

    /// <summary>All boards, with latency and energy for those whose core was measured.</summary>
    public static IReadOnlyList<BoardFit> Fit(string core, int blobBytes, int arenaBytes, long cycles) => [.. All.Select(board =>
    {
        double? milliseconds = board.Core == core ? cycles / (board.Megahertz * 1000.0) : null;
        return new BoardFit(board.Name, arenaBytes <= board.RamBytes, blobBytes <= board.FlashBytes, milliseconds, milliseconds * board.Milliamperes * board.Volts / 1000);
    })];
}
