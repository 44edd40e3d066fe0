// nanoFramework has no nullable references: null means "none" in its API.
#nullable disable warnings

using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using TinyNano.NanoPlatform;
using TinyNano.VirtualDevice.Broker;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>M2Mqtt's API against real brokers.</summary>
public sealed class MqttClientTests : InTemporaryFolder
{
    [Fact]
    public void Publish_ReachesSubscribers_AndIsAcknowledgedOnAThreadOfTheBoard()
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        On(board =>
        {
            using MqttClient client = new("127.0.0.1", broker.Port, false, null, null, MqttSslProtocols.None);
            using ManualResetEventSlim acknowledged = new();
            using ManualResetEventSlim received = new();
            int id = 0;
            VirtualBoard? onBoard = null;
            client.MqttMsgPublished += (_, e) =>
            {
                id = e.IsPublished ? e.MessageId : -1;
                onBoard = VirtualBoard.Current;
                acknowledged.Set();
            };
            client.MqttMsgPublishReceived += (_, e) => received.Set();
            Assert.Equal(MqttReasonCode.Success, client.Connect("a"));
            client.Subscribe(["to/device"], [MqttQoSLevel.AtLeastOnce]);
            byte[] payload = [1, 2, 3];
            ushort sent = client.Publish("from/device", payload, null, null, MqttQoSLevel.AtLeastOnce, false);
            payload[0] = 9;
            Assert.True(acknowledged.Wait(10_000));
            Assert.Equal(sent, id);
            Assert.Same(board, onBoard);
            client.Publish("to/device", payload);
            Assert.True(received.Wait(10_000));
            client.Disconnect();
        });
        Assert.True(Subscriber.Wait(() => desk.Messages.Any(m => m.Topic == "from/device")));
        Assert.Equal([1, 2, 3], desk.Messages.First(m => m.Topic == "from/device").Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Will_ComesOnlyWhereTheDeviceDidNotLeave(bool leaves)
    {
        using EmbeddedBroker broker = EmbeddedBroker.Start();
        using Subscriber desk = new(broker.Port);
        On(_ =>
        {
            MqttClient client = new("127.0.0.1", broker.Port, false, null, null, MqttSslProtocols.None);
            client.Connect("a", null, null, false, MqttQoSLevel.AtLeastOnce, true, "will", "gone", true, 30);
            if (leaves)
            {
                client.Publish("last", [1]);
                client.Disconnect();
            }

            client.Close();
        });
        Assert.True(Subscriber.Wait(() => desk.Messages.Any(m => m.Topic == (leaves ? "last" : "will"))));
        Thread.Sleep(leaves ? 300 : 0);
        Assert.Equal(leaves, desk.Messages.All(m => m.Topic != "will"));
    }

    [Fact]
    public void BrokerGone_IsTold_AndPublishingThenIsLost()
    {
        EmbeddedBroker broker = EmbeddedBroker.Start();
        On(board =>
        {
            using MqttClient client = new("127.0.0.1", broker.Port, false, null, null, MqttSslProtocols.None);
            using ManualResetEventSlim closed = new();
            client.ConnectionClosed += (_, _) => closed.Set();
            client.Connect("a");
            broker.Dispose();
            Assert.True(closed.Wait(10_000));
            Assert.False(client.IsConnected);
            client.Publish("x", [1]);
            Assert.Equal(1, board.Mqtt.Lost);
            Assert.ThrowsAny<Exception>(() => client.Connect("a"));
        });
    }

    [Fact]
    public void Tls_TrustsTheGivenAuthorityOnly()
    {
        using X509Certificate2 authority = Authority("CN=right");
        using X509Certificate2 wrong = Authority("CN=wrong");
        using X509Certificate2 server = Server(authority);
        using EmbeddedBroker broker = EmbeddedBroker.Start(0, server);
        On(_ =>
        {
            using MqttClient client = new("localhost", broker.Port, true, authority, null, MqttSslProtocols.TLSv1_2);
            Assert.Equal(MqttReasonCode.Success, client.Connect("a"));
            using MqttClient distrusting = new("localhost", broker.Port, true, wrong, null, MqttSslProtocols.TLSv1_2);
            Assert.ThrowsAny<Exception>(() => distrusting.Connect("b"));
        });
    }

    [Mosquitto]
    public void Mosquitto_WithTls_TakesTheDevice()
    {
        using X509Certificate2 authority = Authority("CN=right");
        using X509Certificate2 server = Server(authority);
        string Write(string name, string text)
        {
            string path = Path.Combine(Folder, name);
            File.WriteAllText(path, text);
            return path;
        }

        int port;
        using (EmbeddedBroker probe = EmbeddedBroker.Start())
        {
            port = probe.Port;
        }

        string configuration = Write("mosquitto.conf", $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            cafile {Write("ca.pem", authority.ExportCertificatePem())}
            certfile {Write("server.pem", server.ExportCertificatePem())}
            keyfile {Write("server.key", server.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem())}
            user root

            """);
        using Process mosquitto = Process.Start(new ProcessStartInfo(MosquittoAttribute.Path!, ["-c", configuration]) { RedirectStandardError = true })!;
        try
        {
            On(_ => Assert.True(SpinWait.SpinUntil(() =>
            {
                using MqttClient client = new("localhost", port, true, authority, null, MqttSslProtocols.TLSv1_2);
                try
                {
                    return client.Connect("a") == MqttReasonCode.Success;
                }
                catch (Exception)
                {
                    Thread.Sleep(100);
                    return false;
                }
            }, TimeSpan.FromSeconds(15))));
        }
        finally
        {
            mosquitto.Kill();
            mosquitto.WaitForExit();
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Server(X509Certificate2 authority)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3, 4]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    private void On(Action<VirtualBoard> test)
    {
        using VirtualBoard board = new(new BoardSettings { StateFolder = Folder });
        board.Run(() => test(board));
    }
}

/// <summary>A fact that needs the broker mosquitto.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MosquittoAttribute : FactAttribute
{
    public MosquittoAttribute() => Skip = Path is null ? "mosquitto is not installed" : null;

    public static string? Path { get; } = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto" }.FirstOrDefault(File.Exists);
}
