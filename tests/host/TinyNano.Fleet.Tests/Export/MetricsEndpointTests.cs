using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Fleet.Tests.Ingest;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.Fleet.Tests.Export;

/// <summary>`/metrics` of `tinynano fleet ingest` and `tinynano serve`, as Prometheus would scrape them.</summary>
public sealed class MetricsEndpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tinynano-metrics-").FullName;
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();

    public void Dispose()
    {
        _broker.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Ingest_TellsDevicesAndItself()
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _broker.Port).Build());
        Messages device = new();
        string text = await ScrapeAsync(["fleet", "ingest"], async last =>
        {
            await client.PublishBinaryAsync("tinynano/barn/health", device.Next(), MqttQualityOfServiceLevel.AtLeastOnce);
            return last.Contains("tinynano_ingest_well 1\n", StringComparison.Ordinal) && !last.Contains("tinynano_ingest_messages_total 0\n", StringComparison.Ordinal);
        });
        Assert.Contains("# TYPE tinynano_ingest_messages_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("tinynano_ingest_connections_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE tinynano_device_inferences_total counter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_TellsRequestsAndTheBroker()
    {
        string text = await ScrapeAsync(["serve"], last => Task.FromResult(last.Length > 0));
        Assert.Contains("tinynano_broker_connected 1\n", text, StringComparison.Ordinal);
        Assert.Contains("tinynano_server_requests_total 0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE tinynano_rollout_devices gauge\n", text, StringComparison.Ordinal);
    }

    private async Task<string> ScrapeAsync(string[] command, Func<string, Task<bool>> enough)
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using Process process = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "tinynano.dll"), .. command, "--broker", _broker.Address, "--db", $"sqlite:{Path.Combine(_folder, "f.db")}", "--health-port", $"{port}"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        try
        {
            using HttpClient http = new();
            string last = "";
            for (int i = 0; i < 300 && !await enough(last); i++)
            {
                Assert.False(process.HasExited);
                await Task.Delay(200);
                try
                {
                    using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    Assert.Equal("text/plain; version=0.0.4", answer.Content.Headers.ContentType?.ToString());
                    last = await answer.Content.ReadAsStringAsync();
                }
                catch (HttpRequestException)
                {
                    // Does not listen yet.
                }
            }

            Assert.StartsWith("{", (await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"))).TrimStart(), StringComparison.Ordinal);
            return last;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
