using System;
using System.Security.Cryptography.X509Certificates;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>The connection over nanoFramework.M2Mqtt. A client serves one connection; the next has a new one.</summary>
    public sealed class M2MqttLink : IMqttLink
    {
        private MqttClient _client;

        public event MessageHandler Received;

        public event AcknowledgedHandler Acknowledged;

        public event ClosedHandler Closed;

        public bool IsConnected
        {
            get { return _client != null && _client.IsConnected; }
        }

        public void Connect(MqttOptions options)
        {
            Abandon();
            X509Certificate ca = options.UseTls && !string.IsNullOrEmpty(options.CaCertificate) ? new X509Certificate(options.CaCertificate) : null;
            MqttClient client = new MqttClient(
                options.Host, options.Port, options.UseTls, ca, null, options.UseTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None);
            client.Settings.ValidateServerCertificate = options.UseTls;
            client.MqttMsgPublishReceived += OnReceived;
            client.MqttMsgPublished += OnPublished;
            client.ConnectionClosed += OnClosed;
            _client = client;
            bool hasWill = !string.IsNullOrEmpty(options.OnlineTopic);
            MqttReasonCode reason = client.Connect(
                options.ClientId,
                options.UserName,
                options.Password,
                hasWill,
                MqttQoSLevel.AtLeastOnce,
                hasWill,
                options.OnlineTopic,
                hasWill ? options.OfflineText : null,
                true,
                (ushort)options.KeepAliveSeconds);
            if (reason != MqttReasonCode.Success)
            {
                throw new InvalidOperationException("MQTT " + ((int)reason).ToString());
            }
        }

        public void Disconnect()
        {
            if (IsConnected)
            {
                _client.Disconnect();
            }

            Abandon();
        }

        public void Abandon()
        {
            MqttClient client = _client;
            if (client == null)
            {
                return;
            }

            _client = null;
            client.MqttMsgPublishReceived -= OnReceived;
            client.MqttMsgPublished -= OnPublished;
            client.ConnectionClosed -= OnClosed;
            try
            {
                client.Close();
                client.Dispose();
            }
            catch (Exception)
            {
                // A broken connection may refuse to be closed; it is given up either way.
            }
        }

        public int Publish(string topic, byte[] payload, int qos, bool retain)
        {
            return _client.Publish(topic, payload, null, null, qos == 0 ? MqttQoSLevel.AtMostOnce : MqttQoSLevel.AtLeastOnce, retain);
        }

        public void Subscribe(string filter, int qos)
        {
            _client.Subscribe(new string[] { filter }, new MqttQoSLevel[] { qos == 0 ? MqttQoSLevel.AtMostOnce : MqttQoSLevel.AtLeastOnce });
        }

        public void Dispose()
        {
            Abandon();
        }

        private void OnReceived(object sender, MqttMsgPublishEventArgs e)
        {
            MessageHandler handler = Received;
            if (handler != null)
            {
                handler(e.Topic, e.Message);
            }
        }

        private void OnPublished(object sender, MqttMsgPublishedEventArgs e)
        {
            AcknowledgedHandler handler = Acknowledged;
            if (handler != null)
            {
                handler(e.MessageId, e.IsPublished);
            }
        }

        private void OnClosed(object sender, EventArgs e)
        {
            ClosedHandler handler = Closed;
            if (handler != null)
            {
                handler();
            }
        }
    }
}
