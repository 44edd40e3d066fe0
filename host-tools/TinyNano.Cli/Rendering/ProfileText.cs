using System.Globalization;
using TinyNano.Simulator.Profiling;

namespace TinyNano.Cli.Rendering;

/// <summary>A profile as tables for people.</summary>
internal static class ProfileText
{
    private const int MostFunctions = 12;

    public static void Write(TextWriter text, ModelProfile profile)
    {
        text.WriteLine($"model       {profile.Model}   target {profile.Target}   on {profile.Core}");
        text.WriteLine($"inference   {profile.TotalInstructions:N0} instructions   {profile.TotalCyclesEstimated:N0} cycles estimated{(profile.TotalMacs is > 0 ? Invariant($"   {(double)profile.TotalInstructions / profile.TotalMacs:0.00} instructions/MAC") : "")}");
        text.WriteLine($"loading     {profile.LoadInstructions:N0} instructions   checksum {profile.VerifyInstructions:N0}");
        text.WriteLine($"memory      blob {profile.BlobBytes:N0} B   arena {profile.ArenaBytes:N0} B   stack {profile.StackBytes:N0} B");
        text.WriteLine($"cycles      {profile.CycleModel}");
        text.WriteLine();
        text.WriteLine("step  operator             kernel                 instructions  est. cycles         MACs  /MAC    bytes moved  arena in use");
        foreach (LayerProfile layer in profile.Layers)
        {
            text.WriteLine(Invariant($"{layer.Step,4}  {layer.Operator,-20} {layer.Kernel,-21} {layer.Instructions,13:N0} {layer.CyclesEstimated,12:N0} {layer.Macs,12:N0} {layer.InstructionsPerMac,5:0.00} {layer.BytesMoved,14:N0} {layer.ArenaBytesAlive,13:N0}"));
        }

        text.WriteLine();
        Functions(text, profile.Functions);
        text.WriteLine();
        text.WriteLine("board                             RAM    flash  est. latency  est. energy");
        foreach (BoardFit board in profile.Boards)
        {
            string latency = board.LatencyMillisecondsEstimated is double ms ? Invariant($"{ms,9:0.00} ms {board.EnergyMillijoulesEstimated,9:0.000} mJ") : "";
            text.WriteLine($"{board.Board,-32} {Fits(board.RamFits),-6} {Fits(board.FlashFits),-6} {latency}");
        }
    }

    public static void Write(TextWriter text, ProgramProfile profile)
    {
        text.WriteLine($"program     {profile.Program}   on {profile.Core}");
        text.WriteLine($"run         {profile.TotalInstructions:N0} instructions   {profile.TotalCyclesEstimated:N0} cycles estimated");
        text.WriteLine($"cycles      {profile.CycleModel}");
        text.WriteLine();
        Functions(text, profile.Functions);
    }

    private static void Functions(TextWriter text, IReadOnlyList<FunctionProfile> functions)
    {
        text.WriteLine("function                             instructions  est. cycles    bytes moved");
        foreach (FunctionProfile function in functions.Take(MostFunctions))
        {
            text.WriteLine(Invariant($"{function.Name,-36} {function.Instructions,12:N0} {function.CyclesEstimated,12:N0} {function.Bytes,14:N0}"));
        }
    }

    private static string Fits(bool fits) => fits ? "fits" : "NO";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
