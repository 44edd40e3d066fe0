using System.Collections;

namespace TinyNano.Messaging.Mqtt
{
    /// <summary>What the application has subscribed to, and how much of it the present connection knows.</summary>
    internal sealed class Subscriptions
    {
        private readonly ArrayList _filters = new ArrayList();
        private readonly ArrayList _qos = new ArrayList();
        private int _known;

        internal void Add(string filter, int qos)
        {
            lock (_filters)
            {
                _filters.Add(filter);
                _qos.Add(qos);
            }
        }

        /// <summary>A new connection knows none.</summary>
        internal void Restart()
        {
            _known = 0;
        }

        /// <summary>Subscribes to what the connection does not know yet.</summary>
        internal void Apply(IMqttLink link)
        {
            string filter;
            int qos;
            while (Next(out filter, out qos))
            {
                link.Subscribe(filter, qos);
                _known++;
            }
        }

        private bool Next(out string filter, out int qos)
        {
            lock (_filters)
            {
                bool any = _known < _filters.Count;
                filter = any ? (string)_filters[_known] : null;
                qos = any ? (int)_qos[_known] : 0;
                return any;
            }
        }
    }
}
