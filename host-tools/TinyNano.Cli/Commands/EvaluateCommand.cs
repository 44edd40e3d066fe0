using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano evaluate`: accuracy or AUC of a blob on labelled samples.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob to evaluate" };
        Option<string> inputs = new("--inputs") { Description = "sample file or folder: raw records, one after another (.gz is unpacked)", Required = true };
        Option<string> labels = new("--labels") { Description = "CSV with a header; column `label` holds class numbers", Required = true };
        Option<string> metric = new("--metric") { Description = "accuracy, or auc (anomaly score = mean squared difference of input and output; label 0 is normal)", DefaultValueFactory = _ => "accuracy" };
        metric.AcceptOnlyFromAmong("accuracy", "auc");
        Option<string> on = CommandBase.On();
        Option<string> kernels = CommandBase.Kernels();
        Command command = new("evaluate", "Measures a blob on labelled samples: accuracy and confusion table, or AUC.") { blob, inputs, labels, metric, on, kernels };
        SampleOptions sampleOptions = new(command);
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            byte[] bytes = File.ReadAllBytes(parsed.GetRequiredValue(blob));
            Blob description = BlobReader.Read(bytes, parsed.GetRequiredValue(blob));
            SampleFormat format = sampleOptions.Read(parsed);
            int[] classes = LabelFile.Read(parsed.GetRequiredValue(labels));
            SampleFile samples = SampleFile.Open(parsed.GetRequiredValue(inputs), format, new IoCodec(description, format).InputValues);
            Metric measure = parsed.GetValue(metric) == "auc" ? Metric.Auc : Metric.Accuracy;
            EvaluationResult result = console.WithProgress("evaluating",
                progress => Evaluator.Run(bytes, parsed.GetRequiredValue(on), samples, format, classes, measure, progress, cancel));
            console.Result(
                new { metric = result.Metric, value = result.Value, records = result.Records, on = parsed.GetValue(on), instructionsPerRun = result.InstructionsPerRun, labels = description.Labels, confusion = result.Confusion },
                text => EvaluationText.Write(text, result, description.Labels));
            return ExitCode.Done;
        });
    }
}
