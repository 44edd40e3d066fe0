using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;

namespace TinyNano.Simulator.Evaluation;

/// <summary>What is measured.</summary>
public enum Metric
{
    /// <summary>The largest output is the class: share of right answers and confusion table.</summary>
    Accuracy,

    /// <summary>
    /// Anomaly detection by reconstruction: the score of a record is the mean over its windows of the mean squared difference
    /// between input and output; area under the ROC curve over the labels (0 normal).
    /// </summary>
    Auc,
}

/// <summary>The result of an evaluation.</summary>
/// <param name="Value">Accuracy in 0 .. 1, or the area under the curve.</param>
/// <param name="Confusion">[actual, predicted] counts for accuracy; null for AUC.</param>
/// <param name="InstructionsPerRun">Mean instructions of one inference where the engine counts them.</param>
public sealed record EvaluationResult(Metric Metric, double Value, int Records, int[][]? Confusion, long? InstructionsPerRun);

/// <summary>Runs a blob over labelled samples.</summary>
public static class Evaluator
{
    public static EvaluationResult Run(
        byte[] blob, string on, SampleFile samples, SampleFormat format, int[] labels, Metric metric,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (labels.Length != samples.Records)
        {
            throw new CompileException("TN3011", $"{labels.Length} labels for {samples.Records} records of {samples.RecordValues} values", null, "check --input-type and the labels file");
        }

        IoCodec codec = new(BlobReader.Read(blob), format);
        Engine engine = new(on, blob);
        List<byte> inputs = [];
        for (int record = 0; record < samples.Records; record++)
        {
            for (int window = 0; window < samples.WindowsPerRecord; window++)
            {
                inputs.AddRange(codec.Encode(samples.Raw(record, window)));
            }
        }

        byte[] outputs = engine.Run([.. inputs], progress, cancel);
        long? instructions = engine.Instructions;
        float[] Output(int record, int window) =>
            codec.Decode(outputs.AsSpan((record * samples.WindowsPerRecord + window) * engine.OutputBytes, engine.OutputBytes));
        return metric == Metric.Auc
            ? new EvaluationResult(metric, Metrics.Auc([.. Enumerable.Range(0, samples.Records).Select(r => Score(samples, r, Output))], labels), samples.Records, null, instructions)
            : Classify(samples, labels, Output, instructions);
    }

    private static double Score(SampleFile samples, int record, Func<int, int, float[]> output)
    {
        double sum = 0;
        for (int window = 0; window < samples.WindowsPerRecord; window++)
        {
            sum += Metrics.MeanSquaredError(samples.Real(record, window), output(record, window));
        }

        return sum / samples.WindowsPerRecord;
    }

    private static EvaluationResult Classify(SampleFile samples, int[] labels, Func<int, int, float[]> output, long? instructions)
    {
        int classes = Math.Max(output(0, 0).Length, labels.Max() + 1);
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        int right = 0;
        for (int record = 0; record < samples.Records; record++)
        {
            int predicted = Metrics.ArgMax(output(record, 0));
            confusion[labels[record]][predicted]++;
            right += predicted == labels[record] ? 1 : 0;
        }

        return new EvaluationResult(Metric.Accuracy, (double)right / samples.Records, samples.Records, confusion, instructions);
    }
}
