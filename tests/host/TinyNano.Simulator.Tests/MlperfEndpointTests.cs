using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TinyNano.Compiler;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Simulator.Tests;

/// <summary>The benchmark's device-side protocol, as its runner would speak it, on the emulated Cortex-M4.</summary>
public sealed partial class MlperfEndpointTests
{
    [Fact]
    public void Commands_GetTheAnswersTheRunnerExpects()
    {
        byte[] blob = Identity();
        string[] lines = Talk(blob, "kws01", "name%profile%db load 4%db 01%db ff7F80%db print%infer 2 1%results%nonsense%infer 0%db xy%db 123%db load 999999%");
        Assert.Equal(
            [
                "m-timestamp-mode-performance", "m-init-done", "m-ready",
                "m-name-dut-[TinyNano on QEMU]", "m-ready",
                "m-profile-[ULPMark for tinyML Firmware V0.0.1]", "m-model-[kws01]", "m-ready",
                "m-[Expecting 4 bytes]", "m-ready", "m-ready", "m-load-done", "m-ready",
                "m-buffer-01-ff-7f-80", "m-ready",
                "m-warmup-start-1", "m-warmup-done", "m-infer-start-2", "m-lap-us-N", "m-lap-us-N", "m-infer-done", "m-results-[0.500,-0.500,63.500,-64.000]", "m-ready",
                "m-results-[0.500,-0.500,63.500,-64.000]", "m-ready",
                "e-[Unknown command: nonsense]", "m-ready",
                "e-[Inference iterations must be >0]", "m-ready",
                "m-ready", "e-[Insufficient number of hex digits]", "m-ready",
                "e-[The buffer holds 16 bytes]", "m-ready",
            ],
            lines.Select(line => Lap().Replace(line, "m-lap-us-N")));
    }

    [Fact]
    public void Infer_BeforeAnInputIsLoaded_IsRefused()
    {
        Assert.Contains("e-[The input needs 4 bytes; load them with db first]", Talk(Identity(), "kws01", "infer 1%"));
    }

    /// <summary>Pixels become int8, floats are quantised, and the anomaly task reports its reconstruction error.</summary>
    [Fact]
    public void Inputs_AreThoseOfTheTask()
    {
        Assert.Contains("m-results-[-64.000,-63.500,0.000,63.500]", Talk(Identity(), "ic01", "db load 4%db 000180ff%infer 1 0%"));
        string floats = Convert.ToHexString([.. new[] { 1f, -2.3f, 10f, 0.2f }.SelectMany(BitConverter.GetBytes)]);

        // -2.3 becomes -2.5 and 0.2 becomes 0: squares 0.04 and 0.04, a mean of 0.02.
        Assert.Contains("m-results-[0.020]", Talk(Identity(), "ad01", $"db load 16%db {floats}%infer 1 0%"));
    }

    [SharedFact]
    public void KeywordSpotting_GivesTheGoldenScores()
    {
        CompiledModel model = ImportedModels.Compile(SharedData.File("models", "kws_ref_model.tflite"));
        byte[] inputs = File.ReadAllBytes(SharedData.File("golden", "kws_inputs.bin"));
        sbyte[] outputs = [.. File.ReadAllBytes(SharedData.File("golden", "kws_outputs.bin")).Select(b => (sbyte)b)];
        string commands = string.Concat(inputs.Chunk(490).Take(3).Select(record =>
            "db load 490%" + string.Concat(record.Chunk(32).Select(part => $"db {Convert.ToHexString(part)}%")) + "infer 1 0%"));
        string[] results = [.. Talk(model.Blob, "kws01", commands).Where(l => l.StartsWith("m-results", StringComparison.Ordinal))];
        string[] expected = [.. outputs.Chunk(12).Take(3).Select(o => $"m-results-[{string.Join(",", o.Select(q => ((q + 128) / 256.0).ToString("0.000", CultureInfo.InvariantCulture)))}]")];
        Assert.Equal(expected.Length, results.Length);
        Assert.All(expected.Zip(results), pair => Assert.True(Numbers(pair.First).Zip(Numbers(pair.Second)).All(n => Math.Abs(n.First - n.Second) < 0.0011), $"{pair.First} {pair.Second}"));
    }

    private static double[] Numbers(string results) =>
        [.. results["m-results-[".Length..^1].Split(',').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];

    // y = x, both in halves.
    private static byte[] Identity()
    {
        GraphBuilder b = new("identity");
        Quantization halves = new(0.5f, 0);
        Value x = b.Input("x", DType.Int8, [1, 1, 2, 2], halves);
        b.Output(b.Op(new MaxPool2D(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, Clamp.None), "y", halves, x));
        return BlobCompiler.Compile(b.Graph).Blob;
    }

    private static string[] Talk(byte[] blob, string task, string commands)
    {
        string folder = Directory.CreateTempSubdirectory("tinynano-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "blob"), blob);
            File.WriteAllText(Path.Combine(folder, "commands"), commands);
            Emulator emulator = Emulator.Find("cortex-m4");
            ProcessStartInfo start = new(emulator.Program, [
                .. emulator.Machine, "-icount", emulator.Counting, "-kernel", NativeLibraryLocator.Find("cortex-m4/tn_mlperf.elf"), "-nographic", "-monitor", "none", "-serial", "none",
                "-semihosting-config", $"enable=on,target=native,arg=tn_mlperf,arg=blob,arg={task},arg=commands"])
            {
                WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true,
            };
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string console = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (console + errors.Result).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"^m-lap-us-\d+$")]
    private static partial Regex Lap();
}
