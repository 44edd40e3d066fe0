using System.Globalization;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Rendering;

/// <summary>An evaluation as text: the figure, and the confusion table with actual classes down and predictions across.</summary>
internal static class EvaluationText
{
    public static void Write(TextWriter text, EvaluationResult result, IReadOnlyList<string> labels)
    {
        string value = result.Metric == Metric.Auc
            ? $"AUC {result.Value.ToString("0.000", CultureInfo.InvariantCulture)}"
            : $"accuracy {(result.Value * 100).ToString("0.0", CultureInfo.InvariantCulture)} %";
        text.WriteLine($"evaluated   {result.Records:N0} records   {value}");
        if (result.InstructionsPerRun is long instructions)
        {
            text.WriteLine($"counted     {instructions:N0} instructions per inference");
        }

        if (result.Confusion is int[][] confusion)
        {
            Table(text, confusion, labels);
        }
    }

    private static void Table(TextWriter text, int[][] confusion, IReadOnlyList<string> labels)
    {
        string Name(int i) => i < labels.Count ? labels[i] : i.ToString(CultureInfo.InvariantCulture);
        int width = Math.Max(5, confusion.Max(row => row.Max()).ToString(CultureInfo.InvariantCulture).Length + 2);
        int first = Enumerable.Range(0, confusion.Length).Max(i => Name(i).Length + 5);
        text.WriteLine();
        text.WriteLine("actual \\ predicted".PadRight(first) + string.Concat(Enumerable.Range(0, confusion.Length).Select(i => i.ToString(CultureInfo.InvariantCulture).PadLeft(width))));
        for (int i = 0; i < confusion.Length; i++)
        {
            text.WriteLine($"{i,3}  {Name(i)}".PadRight(first) + string.Concat(confusion[i].Select(c => (c == 0 ? "." : c.ToString(CultureInfo.InvariantCulture)).PadLeft(width))));
        }
    }
}
