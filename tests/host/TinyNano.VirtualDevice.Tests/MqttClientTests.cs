// nanoFramework has no nullable references: null means "none" in its API.
#nullable disable warnings

using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using TinyNano.NanoPlatform;
using TinyNano.TestBroker;
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
        using TestCertificates right = new("CN=right");
        using TestCertificates wrong = new("CN=wrong");
        using EmbeddedBroker broker = EmbeddedBroker.Start(0, right.Server);
        On(_ =>
        {
            using MqttClient client = new("localhost", broker.Port, true, right.Authority, null, MqttSslProtocols.TLSv1_2);
            Assert.Equal(MqttReasonCode.Success, client.Connect("a"));
            using MqttClient distrusting = new("localhost", broker.Port, true, wrong.Authority, null, MqttSslProtocols.TLSv1_2);
            Assert.ThrowsAny<Exception>(() => distrusting.Connect("b"));
        });
    }

    [Mosquitto]
    public void Mosquitto_WithTls_TakesTheDevice()
    {
        using TestCertificates certificates = new();
        using Mosquitto mosquitto = new(Folder, certificates);
        On(_ =>
        {
            using MqttClient client = new("localhost", mosquitto.Port, true, certificates.Authority, null, MqttSslProtocols.TLSv1_2);
            Assert.Equal(MqttReasonCode.Success, client.Connect("a"));
        });
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
    public MosquittoAttribute() => Skip = Mosquitto.SkipReason;
}
