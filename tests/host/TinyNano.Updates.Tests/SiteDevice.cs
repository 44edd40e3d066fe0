using TinyNano.Contracts;
using TinyNano.Messaging.Mqtt;
using TinyNano.NanoPlatform;
using TinyNano.Ota;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Updates.Tests;

/// <summary>A light device at an <see cref="UpdateSite"/>: its own MQTT client, through a proxy that can cut the connection.</summary>
internal sealed class SiteDevice : IDisposable
{
    private readonly UpdateOptions _options;
    private readonly ChaosRates _rates;
    private readonly string _folder;
    private readonly Topics _topics;
    private VirtualBoard? _radio;
    private int _parts;

    public SiteDevice(string name, int brokerPort, string folder, UpdateDeviceOptions options, string? group = null, ChaosRates? rates = null)
    {
        Name = name;
        _folder = folder;
        _rates = rates ?? new ChaosRates(0, 0, 0, 0);
        _topics = new Topics(Topics.DefaultRoot, name, group);
        _options = new UpdateOptions
        {
            Seed = name[^1], TimeoutMilliseconds = 500, MaxTimeoutMilliseconds = 2000, SlowMilliseconds = 3000, SilentRequests = 20, GroupQuietMilliseconds = 400, RetryMilliseconds = 500,
        };
        Proxy = new CuttingProxy(brokerPort);
        Device = new UpdateDevice(options with { Name = name });
    }

    public string Name { get; }

    public CuttingProxy Proxy { get; }

    public UpdateDevice Device { get; }

    public ChaosBus Bus { get; private set; } = null!;

    public ModelUpdater Updater => Device.Updater!;

    /// <summary>Part messages that have come, over all starts.</summary>
    public int PartsArrived => Volatile.Read(ref _parts);

    /// <summary>The device starts, with what its flash holds, and connects.</summary>
    public void Start()
    {
        _radio = new VirtualBoard(new BoardSettings { Name = Name, StateFolder = _folder, SlotBytes = 0 });
        MqttBus? bus = null;
        _radio.Run(() => bus = new MqttBus(
            new MqttOptions
            {
                Host = "localhost", Port = Proxy.Port, ClientId = Name, OnlineTopic = _topics.Online, MinBackOffMilliseconds = 50, MaxBackOffMilliseconds = 500, IncomingLength = 16,
            },
            new M2MqttLink(), new Random(Name[^1])));
        Bus = new ChaosBus(bus!, _rates, Name[^1]);
        Bus.PartArrived += _ => Interlocked.Increment(ref _parts);
        Device.Attach(Bus, _topics, _options);
        _radio.Run(Bus.Start);
    }

    /// <summary>Power off and on: connection and RAM are lost.</summary>
    public void Restart()
    {
        Proxy.Cut();
        Bus.Dispose();
        _radio!.Dispose();
        Device.Restart();
        Start();
    }

    public void Dispose()
    {
        if (_radio is not null)
        {
            Bus.Dispose();
        }

        Device.Dispose();
        _radio?.Dispose();
        Proxy.Dispose();
    }
}
