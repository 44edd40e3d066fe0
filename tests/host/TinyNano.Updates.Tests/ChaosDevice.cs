using TinyNano.Contracts;
using TinyNano.Messaging.Mqtt;
using TinyNano.NanoPlatform;
using TinyNano.Ota;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Updates.Tests;

/// <summary>
/// A light device with a radio of its own: the device's MQTT client over TLS, through a proxy that cuts the connection when a certain part
/// has come.
/// </summary>
internal sealed class ChaosDevice : IDisposable
{
    private readonly VirtualBoard _radio;
    private readonly UpdateDevice _device;
    private int _cutAt = -1;

    public ChaosDevice(string name, int brokerPort, string caFile, string folder, UpdateDeviceOptions options, ChaosRates rates, ulong seed)
    {
        Name = name;
        Proxy = new CuttingProxy(brokerPort);
        _device = new UpdateDevice(options with { Name = name });
        _radio = new VirtualBoard(new BoardSettings { Name = name, StateFolder = folder, SlotBytes = 0 });
        MqttBus? bus = null;
        Topics topics = new(Topics.DefaultRoot, name);
        _radio.Run(() =>
        {
            bus = new MqttBus(
                new MqttOptions
                {
                    Host = "localhost", Port = Proxy.Port, UseTls = true, CaCertificate = caFile, ClientId = name, OnlineTopic = topics.Online,
                    MinBackOffMilliseconds = 100, MaxBackOffMilliseconds = 2000, IncomingLength = 16,
                },
                new M2MqttLink(), new Random((int)seed));
        });
        Bus = new ChaosBus(bus!, rates, seed);
        Bus.PartArrived += part =>
        {
            if (part >= Volatile.Read(ref _cutAt) && Interlocked.Exchange(ref _cutAt, int.MaxValue) != int.MaxValue)
            {
                Proxy.Cut();
            }
        };
        Updater = _device.Attach(Bus, topics, new UpdateOptions { Seed = (int)seed, TimeoutMilliseconds = 1000, MaxTimeoutMilliseconds = 4000, SlowMilliseconds = 5000, SilentRequests = 20 });
        _cutAt = int.MaxValue;
        _radio.Run(Bus.Start);
    }

    public string Name { get; }

    public CuttingProxy Proxy { get; }

    public ChaosBus Bus { get; }

    public ModelUpdater Updater { get; private set; }

    public UpdateDevice Device => _device;

    /// <summary>The connection is cut once, when this part or a later one has come.</summary>
    public void CutAtPart(int part) => Volatile.Write(ref _cutAt, part);

    public void Tick(long microseconds) => _device.Tick(microseconds);

    public void Dispose()
    {
        Bus.Dispose();
        _device.Dispose();
        _radio.Dispose();
        Proxy.Dispose();
    }
}
