using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator.Evaluation;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Models;

/// <summary>Accuracy of a blob on labelled records, by the same evaluator as `tinynano evaluate`.</summary>
internal static class Evaluation
{
    public static AccuracyReport Run(byte[] blob, EvaluationSet set, CancellationToken cancel)
    {
        SampleFormat format = new() { Type = TypeOf(set.Type) };
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, set.Records);
            SampleFile samples = SampleFile.Open(path, format, new IoCodec(BlobReader.Read(blob), format).InputValues);
            EvaluationResult result = Evaluator.Run(blob, Engine.Host, samples, format, [.. set.Labels], Metric.Accuracy, null, cancel);
            return new AccuracyReport(set.Name, result.Records, result.Value, result.Confusion!);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static DType TypeOf(string name) => Enum.GetValues<DType>().First(t => t.ShortName() == name || t.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
}
