using System.Buffers;
using MQTTnet;
using MQTTnet.Protocol;
using TinyNano.Contracts;

namespace TinyNano.Fleet.Load;

/// <summary>Simulated devices, each with a connection of its own to a broker. One loop looks after all their time-outs.</summary>
public sealed class SimFleet : IAsyncDisposable
{
    private readonly List<Entry> _entries = [];
    private readonly CancellationTokenSource _ended = new();
    private Task _ticking = Task.CompletedTask;

    private SimFleet()
    {
    }

    private sealed record Entry(SimDevice Device, IMqttClient Client);

    public IReadOnlyList<SimDevice> Devices => [.. _entries.Select(e => e.Device)];

    /// <param name="make">Makes a device that publishes through the delegate.</param>
    public static async Task<SimFleet> ConnectAsync(int port, int count, Func<int, Func<string, byte[], bool, Task>, SimDevice> make)
    {
        SimFleet fleet = new();
        MqttClientFactory factory = new();
        for (int i = 0; i < count; i++)
        {
            IMqttClient client = factory.CreateMqttClient();
            SimDevice device = make(i, (topic, payload, report) => SendAsync(client, topic, payload, report));
            client.ApplicationMessageReceivedAsync += e =>
            {
                device.OnMessage(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray(), DateTimeOffset.UtcNow);
                return Task.CompletedTask;
            };
            fleet._entries.Add(new Entry(device, client));
        }

        foreach (Entry[] some in fleet._entries.Chunk(50))
        {
            await Task.WhenAll(some.Select(e => ConnectAsync(e, port))).ConfigureAwait(false);
        }

        fleet._ticking = Task.Run(fleet.TickAsync);
        return fleet;
    }

    /// <summary>Connects all again, whether or not they have noticed yet that their connection broke.</summary>
    public async Task ReconnectAsync(int port)
    {
        foreach (Entry entry in _entries)
        {
            await LeaveAsync(entry.Client).ConfigureAwait(false);
            for (int attempt = 0; !entry.Client.IsConnected; attempt++)
            {
                try
                {
                    await ConnectAsync(entry, port).ConfigureAwait(false);
                    entry.Device.Restart(DateTimeOffset.UtcNow);
                }
                catch (Exception e) when (attempt < 100 && e is InvalidOperationException or MQTTnet.Exceptions.MqttCommunicationException)
                {
                    // It has not noticed yet that the connection broke.
                    await Task.Delay(100).ConfigureAwait(false);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        foreach (Entry entry in _entries)
        {
            entry.Client.Dispose();
        }

        _ended.Dispose();
    }

    private static async Task LeaveAsync(IMqttClient client)
    {
        try
        {
            if (client.IsConnected)
            {
                await client.DisconnectAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // Broken already.
        }
    }

    private static async Task ConnectAsync(Entry entry, int port)
    {
        await entry.Client.ConnectAsync(new MqttClientOptionsBuilder().WithClientId(entry.Device.Name).WithTcpServer("127.0.0.1", port).WithTimeout(TimeSpan.FromSeconds(30)).Build()).ConfigureAwait(false);
        Topics topics = entry.Device.Topics;
        MqttClientSubscribeOptionsBuilder options = new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter(topics.UpdateManifest, MqttQualityOfServiceLevel.AtLeastOnce).WithTopicFilter(topics.UpdatePart);
        if (topics.GroupUpdatePart is not null)
        {
            options.WithTopicFilter(topics.GroupUpdateManifest, MqttQualityOfServiceLevel.AtLeastOnce).WithTopicFilter(topics.GroupUpdatePart);
        }

        await entry.Client.SubscribeAsync(options.Build()).ConfigureAwait(false);
    }

    private static async Task SendAsync(IMqttClient client, string topic, byte[] payload, bool report)
    {
        try
        {
            await client.PublishAsync(new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = report ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce,
                Retain = report,
            }).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Lost with the connection.
        }
    }

    private async Task TickAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            foreach (Entry entry in _entries)
            {
                if (entry.Client.IsConnected)
                {
                    entry.Device.Tick(now);
                }
            }

            await Task.WhenAny(Task.Delay(100), Task.Delay(Timeout.Infinite, _ended.Token)).ConfigureAwait(false);
        }
    }
}
