using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Messaging;

namespace TinyNano.Demo.OverTheAir;

/// <summary>An update server whose copy of a blob is not the one that was signed; it makes the index from what it has.</summary>
public sealed class RottenServer
{
    private readonly IFleetBus _bus;
    private readonly string _device;
    private readonly uint _session;
    private readonly byte[][] _parts;
    private int _sent;

    /// <param name="session">Of the manifest that it answers for.</param>
    public RottenServer(IFleetBus bus, string device, uint session, byte[] blob, int chunkBytes)
    {
        _bus = bus;
        _device = device;
        _session = session;
        _parts = [.. ChunkIndex.Of(blob, chunkBytes).Chunk(chunkBytes), .. blob.Chunk(chunkBytes)];
    }

    /// <summary>Part messages sent so far.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Answers requests from now on.</summary>
    public async Task StartAsync()
    {
        _bus.Received += OnMessage;
        await _bus.SubscribeAsync(Topic(Topics.UpdateRequestSuffix), atLeastOnce: false).ConfigureAwait(false);
    }

    public void Stop() => _bus.Received -= OnMessage;

    private string Topic(string suffix) => $"{Topics.DefaultRoot}/{_device}/{suffix}";

    private void OnMessage(BusMessage message)
    {
        byte[] payload = message.Payload.ToArray();
        PartRequest request = new();
        if (message.Topic != Topic(Topics.UpdateRequestSuffix) || !request.Decode(payload, payload.Length) || request.Session != _session)
        {
            return;
        }

        for (int i = 0; i < 32 && request.First + i < _parts.Length; i++)
        {
            if ((request.Wanted >> i & 1) != 0)
            {
                byte[] data = _parts[request.First + i];
                byte[] part = new byte[PartMessage.FixedBytes + data.Length];
                new PartMessage { Session = _session, Part = request.First + i, Encoding = PartEncoding.Raw }.Encode(part, data, 0, data.Length);
                Interlocked.Increment(ref _sent);
                _ = _bus.PublishAsync(Topic(Topics.UpdatePartSuffix), part).AsTask();
            }
        }
    }
}
