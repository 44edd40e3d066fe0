using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Plan;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator;
using TinyNano.Simulator.Profiling;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano profile`: where the instructions of an inference go.</summary>
internal static class ProfileCommand
{
    public static Command Create()
    {
        Argument<string> file = new("blob") { Description = "the blob to profile, or any ELF program for the core that ends by itself" };
        Option<string> on = new("--on") { Description = $"the emulated core: {string.Join(", ", Emulator.All.Select(e => e.Name))}", Required = true };
        Option<string?> input = new("--input") { Description = "a raw record (the first of the file is used); default: seeded random inputs" };
        Option<string?> html = new("--html") { Description = "write a report with a layer chart and the arena over time into this file" };
        Command command = new("profile", "Counts an inference layer by layer on an emulated microcontroller: instructions, estimated cycles, bytes moved.") { file, on, input, html };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string path = parsed.GetRequiredValue(file);
            string core = parsed.GetRequiredValue(on);
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.AsSpan().StartsWith("\u007fELF"u8))
            {
                ProgramProfile program = Profiler.RunProgram(path, core, cancel);
                console.Result(program, text => ProfileText.Write(text, program));
                return ExitCode.Done;
            }

            Blob blob = BlobReader.Read(bytes, path);
            int recordBytes = blob.Inputs.Sum(io => blob.Tensors[io.Tensor].Bytes);
            byte[]? record = parsed.GetValue(input) is string inputs ? SampleFile.ReadAll(inputs) : null;
            if (record is not null && record.Length < recordBytes)
            {
                throw new SimulatorException($"{parsed.GetValue(input)} has {record.Length} bytes; a record of this model has {recordBytes}");
            }

            ModelProfile profile = Profiler.Run(bytes, core, record?[..recordBytes], cancel);
            if (parsed.GetValue(html) is string report)
            {
                File.WriteAllText(report, ProfileHtml.Write(profile, PlanSvg.Draw(ArenaView.From(blob), "arena over time")));
                console.Comment($"wrote       {report}");
            }

            console.Result(profile, text => ProfileText.Write(text, profile));
            return ExitCode.Done;
        });
    }
}
