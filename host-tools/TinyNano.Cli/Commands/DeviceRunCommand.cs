using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using TinyNano.Cli.Rendering;
using TinyNano.NanoPlatform;
using TinyNano.Simulator;
using TinyNano.VirtualDevice.Broker;
using TinyNano.VirtualDevice.Clock;
using TinyNano.VirtualDevice.Run;
using TinyNano.VirtualDevice.Storage;
using TinyNano.VirtualDevice.Traces;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano device run`: an application on one or many virtual devices.</summary>
internal static class DeviceRunCommand
{
    private const string Embedded = "embedded";

    public static Command Create()
    {
        Option<string?> model = new("--model") { Description = "blob to install before the start; without it the device runs the model in its slots" };
        Option<string?> trace = new("--trace") { Description = "recorded inputs, see docs/VIRTUAL_DEVICE.md" };
        Option<string?> app = new("--app") { Description = "application: an assembly for .NET 10 whose entry point is called; TinyNano.App without it" };
        Option<EngineChoice> engine = DeviceCommand.Engine();
        Option<string> broker = new("--broker") { Description = "host:port of an MQTT broker, or `embedded` for one in this process", DefaultValueFactory = _ => Embedded };
        Option<bool> tls = new("--tls") { Description = "connect with TLS" };
        Option<string?> ca = new("--ca") { Description = "PEM file of the authority that signed the broker's certificate" };
        Option<string> id = new("--id") { Description = "name of the device in topics and at the broker", DefaultValueFactory = _ => "device" };
        Option<string?> state = new("--state") { Description = "folder of the device's flash and files, kept over runs; without it a temporary one" };
        Option<string> speed = new("--speed") { Description = "real, max, or a factor", DefaultValueFactory = _ => "real" };
        Option<double> seconds = new("--seconds") { Description = "end after so many seconds of the device" };
        Option<long> inferences = new("--inferences") { Description = "end after so many inferences" };
        Option<int> devices = new("--devices") { Description = "how many devices run at once, named ID-001, ID-002, ...", DefaultValueFactory = _ => 1 };
        Option<string[]> set = new("--set") { Description = "a setting of the application, key=value; may be repeated" };
        Option<int> slotBytes = DeviceCommand.SlotBytes();
        Option<int> arena = new("--arena-bytes") { Description = "RAM that the native engine has for models", DefaultValueFactory = _ => 192 * 1024 };
        Option<double> flashDelays = new("--flash-delays") { Description = "let erasing and writing take time: 1 as long as on an ESP32, 0 none" };
        Option<string> hardware = new("--hardware") { Description = "hardware class, as manifests of updates name it", DefaultValueFactory = _ => BoardSettings.DefaultHardware };
        Option<string[]> trust = new("--trust")
        {
            Description = "public key whose updates the device takes: a file of 128 hexadecimal digits (X, Y) or PEM; several may be given",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string[]> revoked = new("--revoked")
        {
            Description = "public key that the device does not trust any more; several may be given",
            AllowMultipleArgumentsPerToken = true,
        };
        Command command = new("run", "Runs the application of a device with recorded inputs against a real broker. Ctrl-C ends it.")
        {
            model, trace, app, engine, broker, tls, ca, id, state, speed, seconds, inferences, devices, set, slotBytes, arena, flashDelays,
            hardware, trust, revoked,
        };
        command.Validators.Add(result =>
        {
            // Options that were not given have no value here yet.
            if (result.GetValue(speed) is string factor && !ClockSpeed.TryParse(factor, out _))
            {
                result.AddError("--speed is real, max, or a factor such as 10");
            }

            if ((result.GetResult(devices) is { Implicit: false } && result.GetValue(devices) is < 1 or > 10_000) || result.GetValue(inferences) < 0 || !(result.GetValue(seconds) >= 0) || !(result.GetValue(flashDelays) is >= 0 and <= 1000))
            {
                result.AddError("--devices is 1 to 10000; --inferences, --seconds and --flash-delays are not negative");
            }

            if (result.GetValue(broker) is string address && address != Embedded && !TryHost(address, out _, out _))
            {
                result.AddError("--broker is host:port, or `embedded`");
            }

            if (result.GetValue(hardware) is string type && (type.Length == 0 || Encoding.UTF8.GetByteCount(type) > MostHardwareBytes))
            {
                result.AddError($"--hardware is 1 to {MostHardwareBytes} bytes of UTF-8");
            }

            if (result.GetValue(id) is string name && name.AsSpan().ContainsAny("/+#"))
            {
                result.AddError("--id is part of topics and must not contain /, + or #");
            }

            if ((result.GetValue(set) ?? []).Any(s => s.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError("--set takes key=value");
            }
        });
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            string? folder = parsed.GetValue(state);
            string temporary = folder is null ? Directory.CreateTempSubdirectory("tinynano-device-").FullName : "";
            bool own = parsed.GetValue(broker) == Embedded;
            if (own && parsed.GetValue(tls))
            {
                throw new SimulatorException("the embedded broker has no TLS; give --broker host:port");
            }

            try
            {
                using EmbeddedBroker? embedded = own ? EmbeddedBroker.Start() : null;
                string host = "127.0.0.1";
                int port = embedded?.Port ?? 0;
                if (embedded is null && !TryHost(parsed.GetRequiredValue(broker), out host, out port))
                {
                    throw new InvalidOperationException("the validator lets no other broker through");
                }

                console.Comment($"broker {host}:{port}");
                DeviceOptions pattern = new()
                {
                    Name = parsed.GetRequiredValue(id),
                    StateFolder = Path.GetFullPath(folder ?? temporary),
                    Model = parsed.GetValue(model) is string path ? File.ReadAllBytes(path) : null,
                    Trace = parsed.GetValue(trace) is string file ? TraceFile.Read(file) : new TraceFile(),
                    Engine = parsed.GetValue(engine),
                    Speed = ClockSpeed.TryParse(parsed.GetRequiredValue(speed), out ClockSpeed clockSpeed) ? clockSpeed : ClockSpeed.Real,
                    BrokerHost = host,
                    BrokerPort = port,
                    UseTls = parsed.GetValue(tls),
                    CaFile = parsed.GetValue(ca) is string pem ? Existing(pem) : null,
                    Settings = (parsed.GetValue(set) ?? []).Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => s[1]),
                    Seconds = parsed.GetValue(seconds),
                    Inferences = parsed.GetValue(inferences),
                    SlotBytes = parsed.GetValue(slotBytes),
                    ArenaBytes = parsed.GetValue(arena),
                    EraseMicroseconds = (int)(parsed.GetValue(flashDelays) * Esp32EraseMicroseconds),
                    ProgramMicroseconds = (int)(parsed.GetValue(flashDelays) * Esp32ProgramMicroseconds),
                    Hardware = parsed.GetRequiredValue(hardware),
                    TrustedKeys =
                    [
                        .. (parsed.GetValue(trust) ?? []).Select(Key),
                        .. (parsed.GetValue(revoked) ?? []).Select(file => Key(file) with { IsRevoked = true }),
                    ],
                };
                string? appPath = parsed.GetValue(app);
                using DeviceFleet fleet = new(DeviceFleet.Of(pattern, parsed.GetValue(devices)).Select(o => appPath is null ? o : o with { App = AppLoader.Load(appPath) }));
                IReadOnlyList<DeviceReport> reports;
                using (new DeviceProgress(console, fleet))
                {
                    reports = fleet.Run(cancel);
                }

                console.Result(reports.Count == 1 ? reports[0] : new { devices = reports }, text => DeviceText.Write(text, reports));
                return reports.All(r => r.Faults.Count == 0) ? ExitCode.Done : ExitCode.Refused;
            }
            finally
            {
                if (temporary.Length > 0)
                {
                    Directory.Delete(temporary, recursive: true);
                }
            }
        });
    }

    // Typical figures of the SPI flash beside an ESP32: a sector of 4 KB, and 2 KB in pages.
    private const int Esp32EraseMicroseconds = 45_000;
    private const int Esp32ProgramMicroseconds = 5_000;

    // The field of the manifest.
    private const int MostHardwareBytes = 24;

    private static TrustedKey Key(string path)
    {
        try
        {
            return TrustedKey.Read(path);
        }
        catch (FormatException e)
        {
            throw new SimulatorException(e.Message);
        }
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new FileNotFoundException($"no certificate file '{path}'");

    private static bool TryHost(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon < 0 ? text : text[..colon];
        port = 1883;
        return host.Length > 0 && (colon < 0 || (int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536));
    }
}
