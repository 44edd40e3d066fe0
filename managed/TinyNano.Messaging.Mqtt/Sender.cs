using System.Text;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>Sends one message after the other and waits until the broker has those that must arrive.</summary>
    internal sealed class Sender
    {
        private readonly IMqttLink _link;
        private readonly MqttOptions _options;
        private readonly AcknowledgeWait _wait = new AcknowledgeWait();

        internal Sender(IMqttLink link, MqttOptions options)
        {
            _link = link;
            _options = options;
            link.Acknowledged += _wait.Acknowledge;
            link.Closed += _wait.Cancel;
        }

        /// <returns>False where a message that must arrive was not acknowledged: the connection counts as dead.</returns>
        internal bool Send(OutgoingMessage message)
        {
            if (message.Qos == 0)
            {
                _link.Publish(message.Topic, message.Payload, message.Qos, message.Retain);
                return true;
            }

            _wait.Begin();
            int id = _link.Publish(message.Topic, message.Payload, message.Qos, message.Retain);
            return _wait.For(id, _options.AcknowledgeMilliseconds);
        }

        /// <summary>Says that the device is there, or that it leaves, without waiting.</summary>
        internal void Say(string text)
        {
            if (!string.IsNullOrEmpty(_options.OnlineTopic))
            {
                _link.Publish(_options.OnlineTopic, Encoding.UTF8.GetBytes(text), 1, true);
            }
        }
    }
}
