using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Contracts;

namespace TinyNano.Fleet.IngestLoad;

/// <summary>Many devices on a few connections, each with a health message in its turn. Counts what the broker has acknowledged.</summary>
internal sealed class FakeDevices
{
    private const int Connections = 16;
    private const int InferencesPerMessage = 20;
    private const int Classes = 10;

    private readonly HealthMessage[] _devices;
    private readonly int _port;
    private readonly double _rate;
    private long _acknowledged;

    public FakeDevices(int devices, double rate, int port)
    {
        _port = port;
        _rate = rate;
        _devices = [.. Enumerable.Range(0, devices).Select(_ => new HealthMessage
        {
            ConfidenceCount = HealthMessage.ConfidenceBins, EntropyCount = HealthMessage.EntropyBins, ClassCount = Classes, FeatureCount = HealthMessage.MaxFeatures, ModelVersion = 1, ModelCrc = 0x12345678, Restarts = 1,
        })];
    }

    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Inferences that all devices together have announced in acknowledged messages.</summary>
    public long Inferences => _devices.Sum(d => (long)d.Inferences);

    public static string Name(int device) => $"load-{device:00000}";

    /// <summary>Publishes at the rate; a message that was not acknowledged is published again.</summary>
    public async Task RunAsync(TimeSpan time, CancellationToken cancel)
    {
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(c => Task.Run(() => OneAsync(c, time, cancel), cancel)));
    }

    private async Task OneAsync(int connection, TimeSpan time, CancellationToken cancel)
    {
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _port).WithClientId($"load-{connection}").WithTimeout(TimeSpan.FromSeconds(30)).Build();
        Random random = new(connection);
        byte[] buffer = new byte[MessageHeader.MaxMessageBytes];
        long start = TimeProvider.System.GetTimestamp();
        for (long i = 0; ; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds((i * Connections + connection) / _rate);
            if (due >= time)
            {
                return;
            }

            TimeSpan wait = due - TimeProvider.System.GetElapsedTime(start);
            if (wait > TimeSpan.FromMilliseconds(2))
            {
                await Task.Delay(wait, cancel);
            }

            int device = (int)((i * Connections + connection) % _devices.Length);
            Count(_devices[device], random);
            while (true)
            {
                try
                {
                    if (!client.IsConnected)
                    {
                        await client.ConnectAsync(options, cancel);
                    }

                    // The time of sending travels in a field that a load does not need.
                    _devices[device].FreeHeap = (uint)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                    int length = _devices[device].Encode(buffer);
                    await client.PublishBinaryAsync($"{Topics.DefaultRoot}/{Name(device)}/{Topics.HealthSuffix}", buffer.AsMemory(0, length).ToArray(), MqttQualityOfServiceLevel.AtLeastOnce, false, cancel);
                    Interlocked.Increment(ref _acknowledged);
                    break;
                }
                catch (Exception) when (!cancel.IsCancellationRequested)
                {
                    await Task.Delay(100, cancel);
                }
            }
        }
    }

    private static void Count(HealthMessage device, Random random)
    {
        device.Sequence++;
        device.UptimeSeconds += 10;
        device.Inferences += InferencesPerMessage;
        device.LatencyMean = 20_000;
        for (int i = 0; i < InferencesPerMessage; i++)
        {
            Add(0, HealthMessage.ConfidenceBins);
            Add(device.EntropyFirst, HealthMessage.EntropyBins);
            Add(device.ClassFirst, Classes);
            for (int f = 0; f < HealthMessage.MaxFeatures; f++)
            {
                Add(device.FeatureFirst + f * HealthMessage.FeatureBins, HealthMessage.FeatureBins);
            }
        }

        void Add(int first, int count)
        {
            int at = first + random.Next(count);
            device.Values[at] = (device.Values[at] + 1) & 0xFFFF;
        }
    }
}
