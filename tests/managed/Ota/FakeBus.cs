using System;
using TinyNano.Contracts;
using TinyNano.Messaging;

namespace NFUnitTest.OtaTests
{
    /// <summary>Keeps requests for the server of the test, and the last word of the device. Allocates nothing.</summary>
    public sealed class FakeBus : IMessageBus
    {
        private const int Capacity = 64;

        private readonly PartRequest[] _requests = new PartRequest[Capacity];
        private int _first;

        public FakeBus()
        {
            for (int i = 0; i < Capacity; i++)
            {
                _requests[i] = new PartRequest();
            }
        }

        public event MessageHandler MessageReceived;

        public event ConnectionHandler ConnectionChanged;

        public bool IsConnected { get; set; } = true;

        public int Dropped
        {
            get { return 0; }
        }

        public int Reconnects { get; set; }

        public int MaxPayload
        {
            get { return 256; }
        }

        /// <summary>Requests that wait for the server.</summary>
        public int Waiting { get; private set; }

        public int Requests { get; private set; }

        public int Updates { get; private set; }

        public int Subscribed { get; private set; }

        /// <summary>The update message published last.</summary>
        public readonly UpdateMessage Update = new UpdateMessage();

        public void Start()
        {
            if (ConnectionChanged != null)
            {
                ConnectionChanged(true);
            }
        }

        public void Publish(string topic, byte[] payload, int length, int qos, bool retain)
        {
            if (topic.EndsWith("/update/state"))
            {
                if (!retain || qos != 1 || !Update.Decode(payload, length))
                {
                    throw new ArgumentException();
                }

                Updates++;
            }
            else if (topic.EndsWith("/update/request"))
            {
                if (Waiting == Capacity || retain || !_requests[(_first + Waiting) % Capacity].Decode(payload, length))
                {
                    throw new ArgumentException();
                }

                Waiting++;
                Requests++;
            }
            else
            {
                throw new ArgumentException();
            }
        }

        /// <summary>The oldest request, valid until the next is published; null where there is none.</summary>
        public PartRequest TakeRequest()
        {
            if (Waiting == 0)
            {
                return null;
            }

            PartRequest request = _requests[_first];
            _first = (_first + 1) % Capacity;
            Waiting--;
            return request;
        }

        public void Deliver(string topic, byte[] payload)
        {
            MessageReceived(topic, payload);
        }

        public void Subscribe(string filter, int qos)
        {
            Subscribed++;
        }

        public bool Flush(int milliseconds)
        {
            return true;
        }

        public void Dispose()
        {
        }
    }
}
