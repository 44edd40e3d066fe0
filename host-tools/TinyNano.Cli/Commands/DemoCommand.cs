using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Demo;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano demo`: two real models from ONNX to an emulated microcontroller, with figures.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Option<string> on = CommandBase.On();
        on.DefaultValueFactory = _ => "cortex-m4";
        Option<int> images = new("--device-images") { Description = "how many of the 1,000 test images the emulated core sees", DefaultValueFactory = _ => 1000 };
        Option<string> folder = new("--folder") { Description = "where the blobs are written", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "tinynano-demo") };
        Command command = new("demo", "Compiles two Fashion-MNIST models and runs 1,000 real images on the desk and on an emulated Cortex-M4.") { on, images, folder };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string where = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(where);
            DemoRun demo = new(parsed.GetRequiredValue(on), Math.Clamp(parsed.GetValue(images), 1, 1000), where);
            List<DemoRow> rows = [];
            foreach (string model in DemoRun.Models)
            {
                rows.Add(console.WithProgress(model, progress => demo.Run(model, (uint)rows.Count + 1, (_, share) => progress.Report(share), cancel)));
            }

            console.Result(new { on = parsed.GetValue(on), folder = where, rows }, text => DemoText.Write(text, rows, parsed.GetRequiredValue(on), where));
            return rows.TrueForAll(r => r.SameBytes != false) ? ExitCode.Done : ExitCode.Refused;
        });
    }
}
