using System.CommandLine;
using System.Net;
using TinyNano.Cli.Rendering;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Studio;
using TinyNano.Studio.Data;
using TinyNano.Studio.Database;
using TinyNano.Studio.Demo;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano studio`: the web page of a fleet.</summary>
internal static class StudioCommand
{
    private const int MostDemoDevices = 100_000;

    public static Command Create()
    {
        Option<string> database = new("--database") { Description = "the fleet's database: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE", DefaultValueFactory = _ => FleetDatabase.DefaultSetting };
        Option<string?> broker = new("--ingest") { Description = "also take in what devices say, from the broker at HOST:PORT; without it another program does" };
        Option<bool> demo = new("--demo") { Description = "show an invented fleet; nothing is read or kept" };
        Option<int> devices = new("--devices") { Description = "how many devices the invented fleet has", DefaultValueFactory = _ => 50 };
        Option<string> listen = new("--listen") { Description = "address to listen on; anything but loopback lets others in, so put a proxy with TLS before it", DefaultValueFactory = _ => IPAddress.Loopback.ToString() };
        Option<int> port = new("--port") { Description = "port to listen on; 0 takes a free one", DefaultValueFactory = _ => StudioOptions.DefaultPort };
        Option<string[]> hosts = new("--host") { Description = "a name under which browsers reach the page, besides localhost; may be given several times", DefaultValueFactory = _ => [] };
        Option<string?> tokenFile = new("--token-file") { Description = "read the token from this file instead of making a new one at every start" };
        Command command = new("studio", "Serves the web page of a fleet: overview, live charts, drift, rollouts, models, labelling.") { database, broker, demo, devices, listen, port, hosts, tokenFile };
        return command.Does(CommandBase.Json(), (parsed, console, cancel) =>
        {
            if (!IPAddress.TryParse(parsed.GetValue(listen), out IPAddress? address))
            {
                console.Error($"'{parsed.GetValue(listen)}' is not an IP address; use 127.0.0.1, ::1 or 0.0.0.0");
                return ExitCode.Usage;
            }

            StudioOptions options = new()
            {
                Address = address,
                Port = parsed.GetValue(port),
                Hosts = parsed.GetValue(hosts) ?? [],
                Token = parsed.GetValue(tokenFile) is string file ? File.ReadAllText(file).Trim() : null,
            };
            return (parsed.GetValue(demo)
                ? DemoAsync(Math.Clamp(parsed.GetValue(devices), 1, MostDemoDevices), options, console, cancel)
                : FleetAsync(parsed.GetRequiredValue(database), parsed.GetValue(broker), options, console, cancel)).GetAwaiter().GetResult();
        });
    }

    private static async Task<int> DemoAsync(int devices, StudioOptions options, Output console, CancellationToken cancel)
    {
        DemoData.Prepare();
        using DemoData data = new(1, devices, TimeSpan.FromSeconds(2));
        return await ServeAsync(data, options, console, cancel);
    }

    private static async Task<int> FleetAsync(string setting, string? broker, StudioOptions options, Output console, CancellationToken cancel)
    {
        using FleetDatabase database = FleetDatabase.Open(setting);
        await using FleetData data = new(database, HealthGates.All(database));
        if (broker is null)
        {
            return await ServeAsync(data, options, console, cancel);
        }

        // The name is for ever: the broker keeps messages for it while the page is not running.
        BrokerOptions at = new BrokerOptions { ClientId = "tinynano-studio" }.At(broker);
        await using Ingester ingester = Ingester.Start(database, new IngestOptions { Broker = at });
        ingester.Committed += (_, _) => data.Wake();
        return await ServeAsync(data, options, console, cancel);
    }

    private static async Task<int> ServeAsync(IStudioData data, StudioOptions options, Output console, CancellationToken cancel)
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
