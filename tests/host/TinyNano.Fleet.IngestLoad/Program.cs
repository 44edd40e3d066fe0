using System.Diagnostics;
using System.Globalization;
using TinyNano.Fleet.IngestLoad;
using TinyNano.Fleet.Store;
using TinyNano.TestBroker;

// TinyNano.Fleet.IngestLoad [--devices N] [--rate MESSAGES_PER_SECOND] [--seconds N] [--kill]: health messages of many devices through mosquitto into the database.
// With --kill two ingesters share the load; one is killed in the middle and comes back before the end.
if (args is ["ingester", string name, string port, string database, string latencies])
{
    await IngesterProcess.RunAsync(name, int.Parse(port, CultureInfo.InvariantCulture), database, latencies);
    return 0;
}

if (Mosquitto.SkipReason is string reason)
{
    Console.WriteLine($"skipped: {reason}");
    return 0;
}

int devices = (int)Argument("--devices", 10_000), seconds = (int)Argument("--seconds", 15);
double rate = Argument("--rate", 1000);
bool kill = args.Contains("--kill");
string folder = Directory.CreateTempSubdirectory("tinynano-load-").FullName;
try
{
    using Mosquitto broker = new(folder, null, "max_inflight_messages 2000", "max_queued_bytes 0");
    FakeDevices fleet = new(devices, rate, broker.Port);
    using IngesterProcess one = new("ingester-1", broker.Port, folder);
    using IngesterProcess? two = kill ? new("ingester-2", broker.Port, folder) : null;
    Thread.Sleep(2000);
    long start = Stopwatch.GetTimestamp();
    Task publishing = fleet.RunAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);
    if (two is not null)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds / 3.0));
        two.Kill();
        Console.WriteLine($"ingester-2 killed after {fleet.Acknowledged:N0} messages");
        await Task.Delay(TimeSpan.FromSeconds(seconds / 3.0));
        two.StartAgain();
        Console.WriteLine($"ingester-2 back after {fleet.Acknowledged:N0} messages");
    }

    await publishing;
    TimeSpan published = Stopwatch.GetElapsedTime(start);
    using FleetDatabase reading = FleetDatabase.Open("sqlite:" + Path.Combine(folder, "fleet.db"), busy: TimeSpan.FromSeconds(30));
    long stored = 0;
    for (int i = 0; i < 600 && (stored = reading.Read(Health.Count)) < fleet.Acknowledged; i++)
    {
        await Task.Delay(100);
    }

    TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
    long inferences = reading.Read(s => s.Number("select sum(h.n) from (select max(inferences) as n from health group by device) h"));
    TimeSpan brokerTime = Process.GetProcessById(broker.ProcessId).TotalProcessorTime;
    int[] times = [.. one.Stop().Concat(two?.Stop() ?? []).Order()];
    bool right = stored == fleet.Acknowledged && inferences == fleet.Inferences;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{devices:N0} devices, {fleet.Acknowledged:N0} messages acknowledged by the broker in {published.TotalSeconds:0.0} s ({fleet.Acknowledged / published.TotalSeconds:0} a second); all {stored:N0} in the database {(elapsed - published).TotalSeconds:0.0} s later"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"inferences announced {fleet.Inferences:N0}, stored {inferences:N0}"));
    Report("ingester-1", one);
    if (two is not null)
    {
        Report("ingester-2", two);
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mosquitto: {100 * brokerTime / elapsed:0} % of a core"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"published to committed: median {At(0.5)} ms, 90 % {At(0.9)} ms, 99 % {At(0.99)} ms, 99.9 % {At(0.999)} ms, longest {At(1)} ms ({times.Length:N0} measured)"));
    Console.WriteLine(right ? "nothing lost" : "LOST");
    return right ? 0 : 1;

    void Report(string who, IngesterProcess ingester) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{who}: {100 * ingester.Processor / elapsed:0} % of a core, {ingester.PeakBytes / 1048576.0:0} MB at most"));

    int At(double share) => times.Length == 0 ? 0 : times[(int)Math.Min(times.Length - 1, share * times.Length)];
}
finally
{
    Directory.Delete(folder, recursive: true);
}

double Argument(string option, double otherwise) => Array.IndexOf(args, option) is var at and >= 0 && at + 1 < args.Length ? double.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
