using System.CommandLine;
using TinyNano.Compiler.Import.Onnx;
using TinyNano.Compiler.Import.TFLite;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Ops;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano ops`: what this version accepts and what the device runs.</summary>
internal static class OpsCommand
{
    public static Command Create()
    {
        Command command = new("ops", "Lists the operators that models may use, by source format, and the device's operator table.");
        return command.Does(CommandBase.Json(), (_, console, _) =>
        {
            console.Result(
                new
                {
                    onnx = OnnxImporter.Operators,
                    tflite = TFLiteImporter.Operators,
                    ir = OpTable.All.Select(t => t.Name),
                    device = DeviceOps.All.Select(op => new { op.Code, op.Name, parameters = op.Fields }),
                },
                text =>
                {
                    Columns(text, "ONNX operators", OnnxImporter.Operators);
                    Columns(text, "TFLite operators", TFLiteImporter.Operators);
                    Columns(text, "device operators", DeviceOps.All.Select(op => op.Name));
                });
            return ExitCode.Done;
        });
    }

    private static void Columns(TextWriter text, string title, IEnumerable<string> names)
    {
        string[] sorted = [.. names.Order(StringComparer.Ordinal)];
        text.WriteLine($"{title} ({sorted.Length})");
        foreach (string[] row in sorted.Chunk(4))
        {
            text.WriteLine("  " + string.Concat(row.Select(n => n.PadRight(28))).TrimEnd());
        }

        text.WriteLine();
    }
}
