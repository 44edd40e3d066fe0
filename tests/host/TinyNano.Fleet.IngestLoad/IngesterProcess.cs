using System.Diagnostics;
using System.Globalization;
using TinyNano.Contracts;
using TinyNano.Fleet.Ingest;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.IngestLoad;

/// <summary>An ingester in a process of its own: this program with other arguments.</summary>
internal sealed class IngesterProcess : IDisposable
{
    private readonly string _latencies;
    private readonly string[] _arguments;
    private Process _process;

    public IngesterProcess(string name, int port, string folder)
    {
        _latencies = Path.Combine(folder, name + ".latencies");
        _arguments = ["ingester", name, port.ToString(CultureInfo.InvariantCulture), Path.Combine(folder, "fleet.db"), _latencies];
        _process = Launch();
    }

    public TimeSpan Processor { get; private set; }

    public long PeakBytes { get; private set; }

    /// <summary>As a power cut would.</summary>
    public void Kill()
    {
        Note();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void StartAgain() => _process = Launch();

    /// <summary>Milliseconds from publishing to the commit, ascending.</summary>
    public int[] Stop()
    {
        Note();
        _process.StandardInput.Close();
        _process.WaitForExit();
        byte[] bytes = File.Exists(_latencies) ? File.ReadAllBytes(_latencies) : [];
        return [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BitConverter.ToInt32(bytes, 4 * i)).Order()];
    }

    public void Dispose() => _process.Dispose();

    /// <summary>The other side.</summary>
    public static async Task RunAsync(string name, int port, string database, string latencyFile)
    {
        List<int> latencies = new(1 << 20);
        using FleetDatabase opened = FleetDatabase.Open("sqlite:" + database, busy: TimeSpan.FromSeconds(30));
        await using (Ingester ingester = Ingester.Start(opened, new IngestOptions { Broker = new BrokerOptions { Port = port, ClientId = name }, Share = "load" }))
        {
            ingester.Committed += (message, _) =>
            {
                if (message.SentMilliseconds is uint sent)
                {
                    latencies.Add(unchecked((int)((uint)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - sent)));
                }
            };
            Console.WriteLine("ready");
            await Console.In.ReadToEndAsync();
        }

        await File.WriteAllBytesAsync(latencyFile, [.. latencies.SelectMany(BitConverter.GetBytes)]);
    }

    private void Note()
    {
        _process.Refresh();
        Processor += _process.TotalProcessorTime;
        PeakBytes = Math.Max(PeakBytes, _process.PeakWorkingSet64);
    }

    private Process Launch()
    {
        Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), .. _arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadLine() == "ready" ? process : throw new InvalidOperationException("the ingester did not start");
    }

    // `dotnet program.dll` or the program itself.
    private static string[] Host() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(IngesterProcess).Assembly.Location] : [];
}
