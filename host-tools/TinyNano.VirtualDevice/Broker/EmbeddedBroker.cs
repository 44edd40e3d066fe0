using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Server;
using TinyNano.Simulator;

namespace TinyNano.VirtualDevice.Broker;

/// <summary>An MQTT broker in this process, for demos and tests. Anyone on this computer may connect, nobody from outside.</summary>
public sealed class EmbeddedBroker : IDisposable
{
    private const int Attempts = 5;
    private readonly MqttServer _server;

    private EmbeddedBroker(MqttServer server, int port)
    {
        _server = server;
        Port = port;
        server.ClientConnectedAsync += e =>
        {
            Interlocked.Increment(ref _connections);
            return Task.CompletedTask;
        };
    }

    private int _connections;

    public int Port { get; }

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public string Address => $"127.0.0.1:{Port}";

    /// <param name="port">0 for any free one.</param>
    /// <param name="certificate">With its private key: the broker then speaks TLS and nothing else.</param>
    public static EmbeddedBroker Start(int port = 0, X509Certificate2? certificate = null)
    {
        for (int attempt = 1; ; attempt++)
        {
            int chosen = port != 0 ? port : FreePort();
            MqttServerOptionsBuilder options = new MqttServerOptionsBuilder().WithMaxPendingMessagesPerClient(10_000);
            if (certificate is null)
            {
                options.WithDefaultEndpoint().WithDefaultEndpointPort(chosen).WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
                    .WithDefaultEndpointBoundIPV6Address(IPAddress.None);
            }
            else
            {
                options.WithEncryptedEndpoint().WithEncryptedEndpointPort(chosen).WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
                    .WithEncryptedEndpointBoundIPV6Address(IPAddress.None).WithEncryptionCertificate(certificate);
            }

            MqttServer server = new MqttServerFactory().CreateMqttServer(options.Build());
            try
            {
                server.StartAsync().GetAwaiter().GetResult();
                return new EmbeddedBroker(server, chosen);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                server.Dispose();
                if (port != 0 || attempt == Attempts)
                {
                    throw new SimulatorException($"no broker can be started at port {chosen}: {e.Message}");
                }
            }
        }
    }

    public void Dispose()
    {
        _server.StopAsync().GetAwaiter().GetResult();
        _server.Dispose();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
