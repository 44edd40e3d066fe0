using System.Diagnostics;
using System.Globalization;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Import;
using TinyNano.Compiler.Passes;
using TinyNano.Simulator;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Interop.Tests;

/// <summary>
/// Native calls that run long let other managed threads have their turns: the stubs of nf-interop on the stand-in CLR with visual wake
/// words, in time of the processor.
/// </summary>
public sealed class SliceTests(ITestOutputHelper output)
{
    // Beyond the budget and one step: the scheduler's own work, and an interrupt now and then.
    private const long SlackMicroseconds = 200;

    private const int Attempts = 3;

    private const int Inferences = 50;

    private static readonly Lazy<byte[]> s_blob = new(Compile);

    /// <summary>A slice in microseconds, and how many times slower the device is: an inference takes some milliseconds at a desk.</summary>
    [MeasuredTheory]
    [InlineData(0, 1)]
    [InlineData(1000, 1)]
    [InlineData(0, 20)]
    [InlineData(5000, 20)]
    public void Run_OfVisualWakeWords_NeverStarvesATickOf20Milliseconds(int slice, int slowdown)
    {
        // A machine that does something else in the middle may spoil one measurement, not three.
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Judge(Measure(slice, slowdown), slice, SlackMicroseconds * slowdown);
                return;
            }
            catch (Xunit.Sdk.XunitException) when (attempt < Attempts)
            {
                output.WriteLine("once more");
            }
        }
    }

    /// <summary>The measure itself: on the same device, one slice for the whole inference starves the ticks.</summary>
    [MeasuredTheory]
    [InlineData(10_000_000, 20)]
    public void OneSliceForAll_StarvesTheTicks(int slice, int slowdown)
    {
        Assert.InRange(Measure(slice, slowdown)["starved"], Inferences / 2, long.MaxValue);
    }

    private static void Judge(Dictionary<string, long> measured, int slice, long slack)
    {
        long bound = slice + measured["longest_step_us"] + slack;
        Assert.InRange(measured["longest_entry_us"], 0, bound);
        Assert.InRange(measured["ticks"], measured["expected_ticks"], measured["expected_ticks"] + 1);
        Assert.Equal(0, measured["starved"]);

        // FillGolden and CheckGolden take their turns too.
        Assert.InRange(measured["latest_us"], 0, bound + slack);
    }

    private Dictionary<string, long> Measure(int slice, int slowdown)
    {
        string blob = Path.Combine(Path.GetTempPath(), $"tinynano-vww-{Guid.NewGuid():N}.tnb");
        File.WriteAllBytes(blob, s_blob.Value);
        try
        {
            return Measure(blob, slice, Inferences, slowdown);
        }
        finally
        {
            File.Delete(blob);
        }
    }

    private Dictionary<string, long> Measure(string blob, params int[] numbers)
    {
        ProcessStartInfo start = new(MeasuredTheoryAttribute.Program!) { RedirectStandardOutput = true };
        foreach (string argument in numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)).Prepend(blob))
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        output.WriteLine(line);
        Assert.True(process.ExitCode == 0, $"ended with {process.ExitCode}: {line}");
        return line.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
    }

    private static byte[] Compile()
    {
        var graph = ModelFile.Import(SharedData.File("models", "vww_96_int8.tflite"), new DiagnosticBag());
        return GoldenVectors.Compile(PassPipeline.Standard.Run(graph), new BlobOptions()).Blob;
    }
}

/// <summary>A theory that needs the shared models and the program nf_interop_slices, built with gcc.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MeasuredTheoryAttribute : TheoryAttribute
{
    public MeasuredTheoryAttribute() => Skip = SharedData.SkipReason
        ?? (Program is null ? "nf_interop_slices is not built: `./build.sh test` does it, or CMake with TN_TESTS=ON" : null);

    /// <summary>The program, or null.</summary>
    public static string? Program { get; } = Find();

    private static string? Find()
    {
        try
        {
            return NativeLibraryLocator.Find("test-gcc/tests/nf_interop_slices");
        }
        catch (SimulatorException)
        {
            return null;
        }
    }
}
