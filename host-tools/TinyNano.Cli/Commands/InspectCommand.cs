using System.CommandLine;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano inspect`: what is in a blob.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> blob = new("blob") { Description = "the blob to look into" };
        Command command = new("inspect", "Shows header, inputs, outputs, sections and steps of a blob.") { blob };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string path = parsed.GetRequiredValue(blob);
            Blob b = BlobReader.Read(File.ReadAllBytes(path), path);
            object Io(BlobIo io) => new
            {
                name = io.Name,
                type = b.Tensors[io.Tensor].DType.ShortName(),
                shape = b.Tensors[io.Tensor].Shape.Dims,
                scale = io.Quantization?.Scale,
                zeroPoint = io.Quantization?.ZeroPoint,
            };
            console.Result(
                new
                {
                    name = b.Name, bytes = b.Bytes.Length, crc = $"{b.Crc:x8}", modelVersion = b.ModelVersion, arenaBytes = b.ArenaBytes,
                    scratchBytes = b.ScratchBytes, kernelTypes = b.Types.ToString(), goldenVectors = b.GoldenVectors, labels = b.Labels,
                    reference = b.Reference is ReferenceHistograms r
                        ? new { r.Samples, r.Confidence, r.Entropy, r.Classes, r.Features, r.FeatureEdges, r.Anomaly, r.AnomalyEdges } : null,
                    inputs = b.Inputs.Select(Io), outputs = b.Outputs.Select(Io),
                    sections = b.Sections.Select(s => new { kind = s.Kind, s.Offset, s.Size, s.Count }),
                    steps = b.Steps.Select((s, i) => new { step = i, op = s.Op.Name, inputs = s.Inputs, outputs = s.Outputs, s.Scratch, parameters = s.Op.Fields.Zip(s.Params).ToDictionary(p => p.First, p => p.Second) }),
                },
                text => Write(text, b));
            return ExitCode.Done;
        });
    }

    private static void Write(TextWriter text, Blob b)
    {
        text.WriteLine($"model       {b.Name}   version {b.ModelVersion}   crc {b.Crc:x8}");
        text.WriteLine($"size        {b.Bytes.Length:N0} B   arena {b.ArenaBytes:N0} B   kernels {b.Types}   golden vectors {b.GoldenVectors}");
        foreach (BlobIo io in b.Inputs.Concat(b.Outputs))
        {
            BlobTensor t = b.Tensors[io.Tensor];
            string quantization = io.Quantization is null ? "" : $"   real = {io.Quantization.Scale:R} * (q - {io.Quantization.ZeroPoint})";
            text.WriteLine($"{(io.IsOutput ? "output" : "input"),-11} {io.Name}   {t.DType.ShortName()}{t.Shape}{quantization}");
        }

        text.WriteLine();
        foreach (BlobSection s in b.Sections)
        {
            text.WriteLine($"section     {s.Kind,-12} {s.Offset,9:N0} .. {s.Offset + s.Size,9:N0}   {s.Count,6:N0} records");
        }

        text.WriteLine();
        for (int i = 0; i < b.Steps.Count; i++)
        {
            BlobStep s = b.Steps[i];
            string Shape(int tensor) => tensor < 0 ? "-" : b.Tensors[tensor].DType.ShortName() + b.Tensors[tensor].Shape;
            text.WriteLine($"{i,4}  {s.Op.Name,-20} {string.Join(" ", s.Inputs.Select(Shape))} -> {string.Join(" ", s.Outputs.Select(Shape))}");
        }

        if (b.Reference is ReferenceHistograms reference)
        {
            text.WriteLine();
            WriteReference(text, reference);
        }

        if (b.Labels.Count > 0)
        {
            text.WriteLine();
            text.WriteLine("labels      " + string.Join(", ", b.Labels));
        }
    }

    private static void WriteReference(TextWriter text, ReferenceHistograms reference)
    {
        void Line(string name, IEnumerable<int> counts, string edges = "") => text.WriteLine($"reference   {name,-11} {string.Join(" ", counts)}{edges}");
        text.WriteLine($"reference   {reference.Samples:N0} samples");
        foreach ((string name, IReadOnlyList<int> counts) in new[] { ("confidence", reference.Confidence), ("entropy", reference.Entropy), ("classes", reference.Classes) }.Where(k => k.Item2.Count > 0))
        {
            Line(name, counts);
        }

        for (int f = 0; f < reference.Features.Count; f++)
        {
            Line($"feature {f}", reference.Features[f], $"   parted at {string.Join(" ", reference.FeatureEdges[f])}");
        }

        if (reference.Anomaly.Count > 0)
        {
            Line("anomaly", reference.Anomaly, $"   parted at {string.Join(" ", reference.AnomalyEdges)}");
        }
    }
}
