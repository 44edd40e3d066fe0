using System.Globalization;
using System.IO.Compression;
using System.Text;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Models;

/// <summary>
/// Labelled samples as files that the command line reads: records one after another, labels as CSV, and the commands to use them with. The same samples give
/// the same bytes.
/// </summary>
internal static class SampleExport
{
    private static readonly DateTimeOffset s_time = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="report">Of the model, where its blob is known.</param>
    public static byte[] Write(IReadOnlyList<LabelledSample> samples, ModelReport? report)
    {
        using MemoryStream buffer = new();
        using (ZipArchive zip = new(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "samples.bin", [.. samples.SelectMany(s => s.Bytes)]);
            Add(zip, "labels.csv", Encoding.UTF8.GetBytes(Labels(samples)));
            if (report is { Labels.Count: > 0 })
            {
                Add(zip, "labels.txt", Encoding.UTF8.GetBytes(string.Join('\n', report.Labels) + "\n"));
            }

            Add(zip, "README.txt", Encoding.UTF8.GetBytes(Readme(samples, report)));
        }

        return buffer.ToArray();
    }

    private static string Labels(IReadOnlyList<LabelledSample> samples)
    {
        StringBuilder csv = new("index,sample,label\n");
        for (int i = 0; i < samples.Count; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{i},{samples[i].Id},{samples[i].Label}\n");
        }

        return csv.ToString();
    }

    private static string Readme(IReadOnlyList<LabelledSample> samples, ModelReport? report)
    {
        string type = samples[0].Type;
        string scale = report is { Inputs: [{ Scale: float s, Zero: int zero }] } ? string.Create(CultureInfo.InvariantCulture, $" --input-scale {s:R} --input-zero {zero}") : "";
        return $"""
            {samples.Count} labelled samples from the field; a record is one input of the model as the device had it.

            To calibrate a float model with them:
                tinynano compile MODEL.onnx -o MODEL.tnb --samples samples.bin --input-type {type}{scale}
            To evaluate a blob on them:
                tinynano evaluate MODEL.tnb --inputs samples.bin --labels labels.csv --input-type {type}

            """;
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = s_time;
        using Stream stream = entry.Open();
        stream.Write(bytes);
    }
}
