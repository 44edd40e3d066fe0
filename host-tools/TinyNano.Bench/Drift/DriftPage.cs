using System.Globalization;
using System.Text;
using TinyNano.Demo;

namespace TinyNano.Bench.Drift;

/// <summary>The measured part of docs/DRIFT.md.</summary>
internal static class DriftPage
{
    public const string Begin = "<!-- measured: ./build.sh drift -->";
    public const string End = "<!-- end of what was measured -->";

    public static string Delay(double samples) => samples >= DriftExperiment.Never ? "-" : samples.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>The page with its measured part made anew.</summary>
    public static string Replace(string page, IReadOnlyList<DriftResult> results)
    {
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        return begin < 0 || end < begin ? throw new InvalidOperationException($"docs/DRIFT.md has no '{Begin}' before '{End}'")
            : page[..(begin + Begin.Length)] + "\n\n" + Write(results) + page[end..];
    }

    private static string Write(IReadOnlyList<DriftResult> results)
    {
        StringBuilder text = new();
        foreach (DriftResult result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"### {result.Model}\n\n{100 * result.CleanAccuracy:0.0} % right on clean images; reference of {result.ReferenceSamples} calibration images.\n\n");
            text.Append("| | ").AppendJoin(" | ", result.Shown.Select(v => v.Variant)).Append(" |\n|---|").Insert(text.Length, "---:|", result.Shown.Count).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"| alarms in {result.CleanStreams} clean streams of 10,000 | ").AppendJoin(" | ", result.Shown.Select(v => Percent(v.FalseAlarms))).Append(" |\n");
            text.Append("| faults found within 200 samples | ").AppendJoin(" | ", result.Shown.Select(v => Percent(v.Within200))).Append(" |\n\n");
            text.Append("| fault | severity | right | ").AppendJoin(" | ", result.Shown.Select(v => v.Variant)).Append(" |\n|---|---:|---:|").Insert(text.Length, "---:|", result.Shown.Count).Append('\n');
            foreach (DriftRow row in result.Rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {Name(row.Kind)} | {row.Severity} ({Amount(row)}) | {100 * row.Accuracy:0.0} % | ");
                text.AppendJoin(" | ", row.Variants.Take(result.Shown.Count).Select(v => v.Median == v.Worst ? Delay(v.Median) : $"{Delay(v.Median)} ({Delay(v.Worst)})")).Append(" |\n");
            }

            text.Append('\n');
            if (result.Tried.Count > 0)
            {
                text.Append("What else was tried:\n\n| | clean streams with an alarm | found within 200 samples | median delay |\n|---|---:|---:|---:|\n");
                foreach (DriftSummary tried in result.Tried)
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {tried.Variant} | {Percent(tried.FalseAlarms)} | {Percent(tried.Within200)} | {Delay(tried.MedianDelay)} |\n");
                }

                text.Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Percent(double share) => (100 * share).ToString("0.0#", CultureInfo.InvariantCulture) + " %";

    internal static string Name(CorruptionKind kind) => kind switch
    {
        CorruptionKind.MotionBlur => "motion blur",
        CorruptionKind.DeadPixels => "dead pixels",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Amount(DriftRow row) => row.Kind switch
    {
        CorruptionKind.Blur => $"sigma {row.Amount.ToString(CultureInfo.InvariantCulture)}",
        CorruptionKind.MotionBlur => $"{row.Amount} pixels",
        CorruptionKind.Brighter => $"+{row.Amount} levels",
        CorruptionKind.Noise => $"{row.Amount} levels",
        CorruptionKind.Occlusion => $"{row.Amount} x {row.Amount}",
        CorruptionKind.Rotation => $"{row.Amount} degrees",
        CorruptionKind.Shift => $"{row.Amount} pixels",
        CorruptionKind.DeadPixels => $"{row.Amount}",
        _ => $"x {row.Amount.ToString(CultureInfo.InvariantCulture)}",
    };
}
