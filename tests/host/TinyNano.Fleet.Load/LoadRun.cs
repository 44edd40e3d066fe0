using System.Diagnostics;
using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Fleet.Load;

/// <summary>
/// `--devices N[,N..] [--group] [--size BYTES] [--broker mosquitto|embedded] [--loss PERCENT] [--store sim|c] [--gap MS]`: a line for each N. With the
/// store `c` the devices are light ones (<see cref="LightFleet"/>), otherwise only their protocol is there.
/// </summary>
public static class LoadRun
{
    public static async Task<int> MainAsync(string[] args)
    {
        if (args.Contains("--server"))
        {
            return await LoadServer.RunAsync(args).ConfigureAwait(false);
        }

        string Option(string name, string otherwise) => Array.IndexOf(args, name) is int i and >= 0 && i + 1 < args.Length ? args[i + 1] : otherwise;
        int size = int.Parse(Option("--size", "60000"), CultureInfo.InvariantCulture);
        bool group = args.Contains("--group");
        bool mosquitto = Option("--broker", "embedded") == "mosquitto";
        int loss = int.Parse(Option("--loss", "0"), CultureInfo.InvariantCulture);
        bool light = Option("--store", "sim") == "c";
        Console.WriteLine($"{size:N0} bytes of model, {(light ? "light devices" : "simulated devices")}, {(group ? "group delivery, then pull" : "pull")}, {(mosquitto ? "mosquitto" : "embedded broker")}, {loss} % of part messages lost, {Environment.ProcessorCount} processors");
        Console.WriteLine("devices  confirmed  seconds  group msgs  single msgs   sent bytes  bytes/device  requests  server MB  server CPU s  CPU ms/device");
        bool good = true;
        foreach (string devices in Option("--devices", "100,500,1000,2000").Split(','))
        {
            LoadResult result = await OneAsync(int.Parse(devices, CultureInfo.InvariantCulture), size, group, mosquitto, loss, light, int.Parse(Option("--gap", "20"), CultureInfo.InvariantCulture)).ConfigureAwait(false);
            Console.WriteLine(result.Line);
            good &= result.Good;
        }

        return good ? 0 : 1;
    }

    /// <summary>One fleet, from the manifest until its rollout has ended.</summary>
    /// <param name="gap">Milliseconds between two parts to a group: what one processor needs to write a part for its share of the devices.</param>
    public static async Task<LoadResult> OneAsync(int count, int size, bool group, bool mosquitto, int loss, bool light, int gap = 20)
    {
        string folder = Directory.CreateTempSubdirectory("tinynano-load-").FullName;
        using Mosquitto? broker = mosquitto ? new Mosquitto(folder, null, "persistence false", "max_inflight_messages 0") : null;
        using EmbeddedBroker? embedded = mosquitto ? null : EmbeddedBroker.Start();
        int port = broker?.Port ?? embedded!.Port;
        byte[] blob = light ? LightModel.Dense(2, size, version: 2) : SimModel.Blob(size, 2);
        byte[] point = [];
        byte[] manifest = light ? LightFleet.Sign(blob, out point) : SimModel.Manifest(blob, 1);
        string path = Path.Combine(folder, "model.bin");
        string signed = Path.Combine(folder, "model.tnm");
        await File.WriteAllBytesAsync(path, blob).ConfigureAwait(false);
        await File.WriteAllBytesAsync(signed, manifest).ConfigureAwait(false);
        Random random = new(1);
        bool Loses()
        {
            lock (random)
            {
                return random.Next(100) < loss;
            }
        }

        string? groupName = group ? "all" : null;
        int sectors = (size + 16 * 1024) / 4096 + 1;
        using LightFleet? lights = light
            ? await LightFleet.ConnectAsync(port, count, groupName, LightModel.Dense(1, size, version: 1), point, sectors * 4096, loss == 0 ? null : Loses).ConfigureAwait(false) : null;
        await using SimFleet? fleet = light
            ? null : await SimFleet.ConnectAsync(port, count, (i, publish) => new SimDevice("load", $"d{i:00000}", groupName, publish) { Loses = loss == 0 ? null : Loses }).ConfigureAwait(false);
        Stopwatch watch = Stopwatch.StartNew();
        using Process server = LoadServer.Start(port, path, signed, count, group, gap, folder);
        string line = "";
        while (await server.StandardOutput.ReadLineAsync().ConfigureAwait(false) is string text)
        {
            line = text;
        }

        await server.WaitForExitAsync().ConfigureAwait(false);
        TimeSpan took = watch.Elapsed;
        int confirmed = lights?.Confirmed(blob) ?? fleet!.Devices.Count(d => d.State == UpdateState.Confirmed);
        broker?.Stop(kill: true);
        Directory.Delete(folder, recursive: true);
        string[] f = line.Split(' ');
        if (f.Length != 7)
        {
            return new LoadResult(false, $"{count} devices: the server ended with {server.ExitCode}: {line}");
        }

        double cpu = double.Parse(f[6], CultureInfo.InvariantCulture);
        long groupMessages = long.Parse(f[0], CultureInfo.InvariantCulture);
        long messages = long.Parse(f[1], CultureInfo.InvariantCulture);
        long bytes = long.Parse(f[2], CultureInfo.InvariantCulture) + long.Parse(f[3], CultureInfo.InvariantCulture);
        return new LoadResult(confirmed == count && server.ExitCode == 0, string.Create(CultureInfo.InvariantCulture,
            $"{count,7} {confirmed,10} {took.TotalSeconds,8:0.0} {f[0],11} {f[1],12} {bytes,12} {(double)bytes / count,13:0} {f[4],9} {f[5],10} {cpu,13:0.00} {cpu * 1000 / count,14:0.00}"))
        {
            Confirmed = confirmed, GroupMessages = groupMessages, Messages = messages, Bytes = bytes,
        };
    }
}

/// <summary>What a run of the load has cost.</summary>
/// <param name="Line">For the table.</param>
public sealed record LoadResult(bool Good, string Line)
{
    public int Confirmed { get; init; }

    public long GroupMessages { get; init; }

    public long Messages { get; init; }

    /// <summary>Payload bytes of part messages, those to groups included.</summary>
    public long Bytes { get; init; }
}
