using TinyNano.Contracts;
using TinyNano.Messaging;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>
/// A broker and an update server for devices in this process: one bus for each device. What is for a device is delivered when the test
/// says so, on its thread.
/// </summary>
internal sealed class TestServer
{
    private readonly SignedUpdate _update;

    public TestServer(SignedUpdate update) => _update = update;

    public int Requests { get; private set; }

    public int Parts { get; private set; }

    /// <summary>What comes to nothing on its way: true for a part that is lost.</summary>
    public Func<bool> Loses { get; init; } = () => false;

    public sealed class Bus : IMessageBus
    {
        private readonly TestServer _server;
        private readonly Topics _topics;
        private readonly Queue<(string Topic, byte[] Payload)> _waiting = [];

        public Bus(TestServer server, Topics topics)
        {
            _server = server;
            _topics = topics;
        }

        public event MessageHandler? MessageReceived;

        public event ConnectionHandler? ConnectionChanged;

        public bool IsConnected { get; private set; } = true;

        public int Dropped => 0;

        public int Reconnects => 0;

        public int MaxPayload => 4096;

        /// <summary>States that the device has said, the last one last.</summary>
        public List<(int State, int Status)> Said { get; } = [];

        public void Start()
        {
        }

        public void Connect(bool connected)
        {
            IsConnected = connected;
            ConnectionChanged?.Invoke(connected);
        }

        public void Subscribe(string filter, int qos)
        {
            if (filter == _topics.UpdateManifest)
            {
                // Retained.
                _waiting.Enqueue((filter, _server._update.Manifest));
            }
        }

        public void Publish(string topic, byte[] payload, int length, int qos, bool retain)
        {
            if (topic == _topics.UpdateState)
            {
                UpdateMessage message = new();
                Assert.True(message.Decode(payload, length));
                Said.Add((message.State, message.Status));
            }
            else if (topic == _topics.UpdateRequest)
            {
                PartRequest request = new();
                Assert.True(request.Decode(payload, length));
                _server.Requests++;
                for (int i = 0; i < 32; i++)
                {
                    if ((request.Wanted >> i & 1) != 0 && request.Session == _server._update.Session && !_server.Loses())
                    {
                        _server.Parts++;
                        _waiting.Enqueue((_topics.UpdatePart, _server._update.Message(request.First + i)));
                    }
                }
            }
        }

        public bool Flush(int milliseconds) => true;

        public void Deliver()
        {
            while (_waiting.TryDequeue(out (string Topic, byte[] Payload) message))
            {
                MessageReceived?.Invoke(message.Topic, message.Payload);
            }
        }

        public void Dispose()
        {
        }
    }
}
