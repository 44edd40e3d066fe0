using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Demo;
using TinyNano.Demo.Fleets;
using TinyNano.Demo.OverTheAir;
using TinyNano.Simulator.Evaluation;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano demo`: two real models from ONNX to an emulated microcontroller, and over the air to a virtual device, with figures.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        Option<string> on = CommandBase.On();
        on.DefaultValueFactory = _ => "cortex-m4";
        Option<int> images = new("--device-images") { Description = "how many of the 1,000 test images the emulated core sees", DefaultValueFactory = _ => 1000 };
        Option<int> replay = new("--replay") { Description = "how many test images a virtual device sees; 0 leaves it out", DefaultValueFactory = _ => 50 };
        Option<int> updates = new("--update-images") { Description = "how many test images the device sees again and again that is updated over the air; 0 leaves it out", DefaultValueFactory = _ => 1000 };
        Option<bool> fleet = new("--fleet") { Description = "instead of the tour: a fleet of virtual devices, a camera that drifts, and a bad model that is stopped" };
        Option<int> devices = new("--devices") { Description = "how many devices the fleet has, 4 to 500", DefaultValueFactory = _ => 50 };
        Option<string> folder = new("--folder") { Description = "where the blobs are written", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "tinynano-demo") };
        Command command = new("demo", "Compiles two Fashion-MNIST models, runs 1,000 real images on the desk and on an emulated Cortex-M4, and updates a virtual device over the air.") { on, images, replay, updates, fleet, devices, folder };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string where = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(where);
            if (parsed.GetValue(fleet))
            {
                return RunFleet(console, where, Math.Clamp(parsed.GetValue(devices), 4, 500), cancel);
            }

            DemoRun demo = new(parsed.GetRequiredValue(on), Math.Clamp(parsed.GetValue(images), 1, 1000), where);
            List<DemoRow> rows = [];
            foreach (string model in DemoRun.Models)
            {
                rows.Add(console.WithProgress(model, progress => demo.Run(model, (uint)rows.Count + 1, (_, share) => progress.Report(share), cancel)));
            }

            DemoDeviceResult? device = parsed.GetValue(replay) > 0 ? RunDevice(console, where, Math.Min(parsed.GetValue(replay), 1000), cancel) : null;
            UpdateDemoResult? update = parsed.GetValue(updates) > 0 ? RunUpdates(console, where, Math.Min(parsed.GetValue(updates), 1000), cancel) : null;
            console.Result(new { on = parsed.GetValue(on), folder = where, rows, device, update }, text =>
            {
                DemoText.Write(text, rows, parsed.GetRequiredValue(on), where);
                if (device is not null)
                {
                    DemoText.Write(text, device);
                }

                if (update is not null)
                {
                    DemoUpdateText.Write(text, update);
                    text.WriteLine();
                    text.WriteLine("a fleet, its drift and a bad model that is stopped: `tinynano demo --fleet`, or ./build.sh demo --fleet");
                }
            });
            return rows.TrueForAll(r => r.SameBytes != false) && update is null or { AsExpected: true } ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static byte[] Blob(string folder, string model) => File.ReadAllBytes(Path.Combine(folder, model + ".tnb"));

    private static DemoDeviceResult RunDevice(Output console, string folder, int images, CancellationToken cancel)
    {
        string model = DemoRun.Models[^1];
        string state = Path.Combine(folder, "device");
        console.Comment($"virtual device: {model}, {images} images through an imager into it, 10 a second, results over MQTT");
        return new DemoDevice(model, Blob(folder, model), images).Run(
            state,
            i => console.Comment($"  mqtt  inference {i.Number,3}  {i.Label,-12} {i.Score * 100,5:0.0} %  {(i.Label == i.Expected ? "" : $"(it is {i.Expected})")}"),
            pin => console.Comment($"  gpio  pin {pin.Pin} {(pin.High ? "high" : "low")} at {pin.Microseconds / 1e6:0.0} s"),
            cancel);
    }

    private static UpdateDemoResult? RunUpdates(Output console, string folder, int images, CancellationToken cancel)
    {
        console.Comment("");
        if (!UpdateDemo.IsPossible)
        {
            console.Comment($"over the air: left out, as {UpdateDemo.WhyNot}");
            return null;
        }

        console.Comment("over the air: fashion_v2 to a device that runs fashion_v1, and what must not get in");
        UpdateDemo demo = new(Blob(folder, DemoRun.Models[0]), Blob(folder, DemoRun.Models[1]), images);
        return demo.RunAsync(Path.Combine(folder, "over-the-air"), line => console.Comment("  " + line), cancel).GetAwaiter().GetResult();
    }

    private static int RunFleet(Output console, string folder, int devices, CancellationToken cancel)
    {
        byte[] model = console.WithProgress("fashion_v2", _ => DemoRun.Compile("fashion_v2", 2).Model.Blob);
        FleetDemo demo = new(model, devices);
        FleetDemoResult result = demo.RunAsync(Path.Combine(folder, "fleet"), console.Comment, cancel).GetAwaiter().GetResult();
        console.Result(new { folder, fleet = result }, text => DemoFleetText.Write(text, result));
        return result.AsExpected ? ExitCode.Done : ExitCode.Refused;
    }
}
