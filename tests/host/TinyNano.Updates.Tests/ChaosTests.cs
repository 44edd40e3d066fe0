using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.NanoPlatform;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Updates;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>
/// Updates over mosquitto with TLS while part messages are lost, doubled, swapped and corrupted, the connection of each device is cut at
/// another part in every update, and the broker restarts. TINYNANO_UPDATES says how many (12), TINYNANO_SEED where chance begins (1).
/// </summary>
public sealed class ChaosTests : IDisposable
{
    private const int BlobBytes = 60_000;
    private const int MostDevices = 24;
    private const int BrokerRestarts = 4;
    private static readonly TimeSpan EachUpdate = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-chaos-").FullName;
    private readonly ITestOutputHelper _output;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ChaosTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task Updates_ThroughABrokenNetwork_AllEndRight()
    {
        int count = Number("TINYNANO_UPDATES", 12);
        ulong seed = (ulong)Number("TINYNANO_SEED", 1);
        _output.WriteLine($"{count} updates, seed {seed}");
        using TestCertificates certificates = new();
        using Mosquitto mosquitto = new(Path.Combine(_folder, "broker"), certificates);
        using FleetDatabase database = FleetDatabase.Open($"sqlite:{Path.Combine(_folder, "fleet.db")}");
        await using BrokerConnection connection = BrokerConnection.Start(new BrokerOptions { Host = "localhost", Port = mosquitto.Port, Tls = true, Authority = certificates.Authority });
        await connection.WaitAsync(TimeSpan.FromSeconds(30));
        await using UpdateServer server = new(database, connection);
        await server.StartAsync();
        List<Line> lines = [];
        try
        {
            for (int i = 0; i < Math.Min(MostDevices, count); i++)
            {
                lines.Add(new Line(Device(i, mosquitto.Port, seed)));
            }

            long start = Stopwatch.GetTimestamp();
            TimeSpan limit = TimeSpan.FromSeconds(60) + EachUpdate * ((double)count / lines.Count);
            int offered = 0;
            int done = 0;
            int restarts = 0;
            double allowed = 0;
            long blobs = 0;
            while (done < count)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < limit, $"{done} of {count} updates after {limit.TotalSeconds:0} s; waiting: {string.Join("; ", lines.Where(l => l.Blob is not null).Select(l => l.ToString()))}");
                foreach (Line line in lines)
                {
                    if (line.Blob is null && offered < count)
                    {
                        Offer offer = await OfferAsync(server, database, line.Device, offered, seed);
                        (line.Blob, line.Session) = (offer.Blob, offer.Session);
                        line.Device.CutAtPart(offered % offer.Parts);
                        blobs += offer.Blob.Length;
                        allowed += 1.1 * offer.Blob.Length + offer.Overhead;
                        offered++;
                    }

                    line.Device.Tick((long)Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                    if (line.Blob is not null && line.Device.Updater.State == UpdateState.Confirmed && line.Device.Updater.Session.Number == line.Session)
                    {
                        Assert.Equal(line.Blob, line.Device.Device.ReadActive());
                        line.Blob = null;
                        done++;
                    }
                }

                if (restarts < BrokerRestarts && done > (restarts + 1) * count / (BrokerRestarts + 1))
                {
                    mosquitto.Restart();
                    restarts++;
                }

                await Task.Delay(5);
            }

            ServerCounts counts = server.Counts;
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{count} updates of {blobs / count} bytes on {lines.Count} devices in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {lines.Sum(l => l.Device.Bus.Lost)} parts lost, {lines.Sum(l => l.Device.Bus.Doubled)} doubled, "
                + $"{lines.Sum(l => l.Device.Bus.Swapped)} swapped, {lines.Sum(l => l.Device.Bus.Corrupted)} corrupted, {lines.Sum(l => l.Device.Proxy.Cuts)} connections cut, {restarts} broker restarts; "
                + $"{counts.Messages} part messages, {counts.Bytes} bytes, {(double)counts.Bytes / blobs:0.000} times the blobs ({allowed / blobs:0.000} allowed, index and message headers included)"));
            Assert.All(lines, l => Assert.True(l.Device.Device.ProveActive()));
            Assert.True(lines.Sum(l => l.Device.Proxy.Cuts) >= count / 2, "connections were cut");
            Assert.True(counts.Bytes <= allowed, $"{counts.Bytes} bytes were sent, {allowed:0} are allowed");
        }
        finally
        {
            lines.ForEach(l => l.Device.Dispose());
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ChaosDevice Device(int number, int port, ulong seed)
    {
        UpdateDeviceOptions options = new() { SlotBytes = 96 * 1024, ArenaBytes = 64 * 1024, Hardware = "chaos", TrustedKeys = [new TrustedKey(PublicKey.Of(_key, "test").Point.ToArray())] };
        string folder = Path.Combine(_folder, $"device-{number}");
        Directory.CreateDirectory(folder);
        ChaosDevice device = new($"device-{number:00}", port, Path.Combine(_folder, "broker", "ca.pem"), folder, options, new ChaosRates(Drop: 200, Duplicate: 50, Reorder: 50, Corrupt: 200), seed * 1000 + (ulong)number);
        device.Device.Install(TestModels.Dense((ulong)number + 1_000_000, BlobBytes));
        return device;
    }

    private async Task<Offer> OfferAsync(UpdateServer server, FleetDatabase database, ChaosDevice device, int number, ulong seed)
    {
        byte[] blob = TestModels.Dense(seed * 10_000 + (ulong)number, BlobBytes);
        using KeySigner signer = new(_key);
        UpdateManifest manifest = ManifestBuilder.Install(blob, "chaos.tnb", new ManifestOptions
        {
            Rollout = (uint)number, Counter = 1, Hardware = "chaos", Issued = DateTimeOffset.UnixEpoch.AddDays(20000).AddSeconds(number), Health = TimeSpan.Zero,
        });
        byte[] bytes = ManifestBuilder.Sign(manifest, signer);
        uint session = await database.WriteAsync(s =>
        {
            Blobs.Add(s, blob, manifest.Model, DateTimeOffset.UtcNow);
            return Manifests.Add(s, bytes, DateTimeOffset.UtcNow);
        });
        server.Refresh();
        for (int attempt = 0; !await server.OfferAsync(device.Name, bytes); attempt++)
        {
            Assert.True(attempt < 100, "the broker takes no manifest");
            await Task.Delay(200);
        }

        return new Offer(blob, session, manifest.Parts, manifest.Chunks * UpdateManifest.IndexEntryBytes + manifest.Parts * PartMessage.FixedBytes);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private sealed record Offer(byte[] Blob, uint Session, int Parts, int Overhead);

    private sealed class Line(ChaosDevice device)
    {
        public ChaosDevice Device { get; } = device;

        public byte[]? Blob { get; set; }

        public uint Session { get; set; }

        public override string ToString() => $"{Device.Name} state {Device.Updater.State} status {Device.Updater.Status} parts {Device.Updater.Session.PartsStored}";
    }
}
