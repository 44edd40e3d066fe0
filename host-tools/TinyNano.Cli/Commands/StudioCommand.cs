using System.CommandLine;
using System.Net;
using TinyNano.Cli.Rendering;
using TinyNano.Studio;
using TinyNano.Studio.Demo;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano studio`: the web page of a fleet.</summary>
internal static class StudioCommand
{
    private const int MostDemoDevices = 100_000;

    public static Command Create()
    {
        Option<bool> demo = new("--demo") { Description = "show an invented fleet; nothing is read or kept" };
        Option<int> devices = new("--devices") { Description = "how many devices the invented fleet has", DefaultValueFactory = _ => 50 };
        Option<string> listen = new("--listen") { Description = "address to listen on; anything but loopback lets others in, so put a proxy with TLS before it", DefaultValueFactory = _ => IPAddress.Loopback.ToString() };
        Option<int> port = new("--port") { Description = "port to listen on; 0 takes a free one", DefaultValueFactory = _ => StudioOptions.DefaultPort };
        Option<string[]> hosts = new("--host") { Description = "a name under which browsers reach the page, besides localhost; may be given several times", DefaultValueFactory = _ => [] };
        Option<string?> tokenFile = new("--token-file") { Description = "read the token from this file instead of making a new one at every start" };
        Command command = new("studio", "Serves the web page of a fleet: overview, live charts, drift, rollouts, models, labelling.") { demo, devices, listen, port, hosts, tokenFile };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            if (!IPAddress.TryParse(parsed.GetValue(listen), out IPAddress? address))
            {
                console.Error($"'{parsed.GetValue(listen)}' is not an IP address; use 127.0.0.1, ::1 or 0.0.0.0");
                return ExitCode.Usage;
            }

            if (!parsed.GetValue(demo))
            {
                console.Error("say where the fleet is, or use --demo for an invented one");
                return ExitCode.Usage;
            }

            StudioOptions options = new()
            {
                Address = address,
                Port = parsed.GetValue(port),
                Hosts = parsed.GetValue(hosts) ?? [],
                Token = parsed.GetValue(tokenFile) is string file ? File.ReadAllText(file).Trim() : null,
            };
            DemoData.Prepare();
            using DemoData data = new(1, Math.Clamp(parsed.GetValue(devices), 1, MostDemoDevices), TimeSpan.FromSeconds(2));
            return ServeAsync(data, options, console, cancel).GetAwaiter().GetResult();
        });
    }

    private static async Task<int> ServeAsync(DemoData data, StudioOptions options, Output console, CancellationToken cancel)
    {
        await using StudioServer server = await StudioServer.StartAsync(data, options);
        if (!IPAddress.IsLoopback(options.Address))
        {
            console.Comment($"warning     listening on {options.Address}: others can reach the page, and without TLS they can read the token");
        }

        console.Result(new { address = server.Address, token = server.Token, link = server.LoginLink }, text =>
        {
            text.WriteLine($"studio      {server.Address}   {data.Source}");
            text.WriteLine($"token       {server.Token}");
            text.WriteLine($"open        {server.LoginLink}");
        });
        console.Comment("Ctrl-C ends it");
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        return ExitCode.Done;
    }
}
