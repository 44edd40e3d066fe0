using System.CommandLine;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano gate`: fails a build whose model is worse, larger or slower than the one in the field.</summary>
internal static class GateCommand
{
    public static Command Create()
    {
        Option<string> baseline = new("--baseline") { Description = "the blob in the field", Required = true };
        Option<string> candidate = new("--candidate") { Description = "the blob that is to replace it", Required = true };
        Option<string> samples = new("--samples") { Description = "sample file or folder: raw records, one after another (.gz is unpacked)", Required = true };
        Option<string?> labels = new("--labels") { Description = "CSV with a header; column `label` holds class numbers. Without it accuracy is not compared" };
        Option<double> accuracy = Percent("--max-accuracy-drop", "points of accuracy that may be lost", 1);
        Option<double?> agreement = new("--min-agreement") { Description = "percent of the samples on which both must say the same" };
        Option<double> ram = Percent("--max-ram-growth", "percent that the arena may grow", 5);
        Option<double> flash = Percent("--max-flash-growth", "percent that the blob may grow", 10);
        Option<double> latency = Percent("--max-latency-growth", "percent that the estimated cycles may grow; needs --on", 10);
        Option<string?> on = new("--on") { Description = "emulated core whose cycles are estimated, for example cortex-m4; without it latency is not compared" };
        Option<string?> markdown = new("--markdown") { Description = "also write the report into this file, as Markdown" };
        Command command = new("gate", "Compares a candidate with the blob in the field: accuracy, agreement, RAM, flash, latency. Exit code 1 where a limit is broken.")
        {
            baseline, candidate, samples, labels, accuracy, agreement, ram, flash, latency, on, markdown,
        };
        SampleOptions sampleOptions = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string oldPath = parsed.GetRequiredValue(baseline), newPath = parsed.GetRequiredValue(candidate);
            byte[] old = File.ReadAllBytes(oldPath), now = File.ReadAllBytes(newPath);
            SampleFormat format = sampleOptions.Read(parsed);
            SampleFile file = SampleFile.Open(parsed.GetRequiredValue(samples), format, new IoCodec(BlobReader.Read(now, newPath), format).InputValues);
            int[]? classes = parsed.GetValue(labels) is string path ? LabelFile.Read(path) : null;
            if (classes is not null && classes.Length != file.Records)
            {
                throw new CompileException("TN3011", $"{classes.Length} labels for {file.Records} records of {file.RecordValues} values", parsed.GetValue(labels), "check --input-type and the labels file");
            }

            GateLimits limits = new()
            {
                AccuracyDrop = parsed.GetValue(accuracy) / 100, Agreement = parsed.GetValue(agreement) / 100, Ram = parsed.GetValue(ram) / 100, Flash = parsed.GetValue(flash) / 100,
                Latency = parsed.GetValue(latency) / 100,
            };
            GateReport report = console.WithProgress("comparing", progress => ModelGate.Run(
                old, now, (Path.GetFileName(oldPath), Path.GetFileName(newPath)), file, format, classes, limits, parsed.GetValue(on), progress, cancel));
            if (parsed.GetValue(markdown) is string target)
            {
                File.WriteAllText(target, report.ToMarkdown());
            }

            console.Result(report, text =>
            {
                foreach (GateCheck check in report.Checks)
                {
                    string limit = check.Limit is null ? "" : $"limit {GateReport.Show(check.Limit, check.Unit)}";
                    text.WriteLine($"{check.Name,-22} {GateReport.Show(check.Baseline, check.Unit),18} -> {GateReport.Show(check.Candidate, check.Unit),-18} {limit,-26} {(check.Limit is null ? "" : check.Passes ? "ok" : "FAILED")}");
                }

                text.WriteLine(report.Passes ? "passes" : "fails");
            });
            return report.Passes ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static Option<double> Percent(string name, string description, double otherwise) => new(name) { Description = description, DefaultValueFactory = _ => otherwise };
}
