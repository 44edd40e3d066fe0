using System.CommandLine;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano run`: raw records in, raw outputs out.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob to run" };
        Option<string> input = new("--input") { Description = "raw little-endian records: all inputs in the model's order, in the blob's own types, one record after another", Required = true };
        Option<string> output = new("--output") { Description = "receives all outputs of each record, in order", Required = true };
        Option<string> on = CommandBase.On();
        Option<string> kernels = CommandBase.Kernels();
        Command command = new("run", "Runs a blob on raw inputs, on this computer or on an emulated microcontroller.") { blob, input, output, on, kernels };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            Engine engine = new(parsed.GetRequiredValue(on), File.ReadAllBytes(parsed.GetRequiredValue(blob)));
            byte[] records = SampleFile.ReadAll(parsed.GetRequiredValue(input));
            byte[] outputs = console.WithProgress("running", progress => engine.Run(records, progress, cancel));
            File.WriteAllBytes(parsed.GetRequiredValue(output), outputs);
            int count = records.Length / engine.RecordBytes;
            long? perRun = engine.Instructions;
            console.Result(
                new { on = parsed.GetValue(on), records = count, outputBytes = outputs.Length, instructionsPerRun = perRun },
                text =>
                {
                    text.WriteLine($"ran         {count} records on {parsed.GetValue(on)}");
                    if (perRun is not null)
                    {
                        text.WriteLine($"counted     {perRun:N0} instructions per inference");
                    }

                    text.WriteLine($"wrote       {parsed.GetValue(output)}   {outputs.Length:N0} B");
                });
            return ExitCode.Done;
        });
    }
}
