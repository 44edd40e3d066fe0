using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <summary>
    /// Which parts are under way and until when: a window of few, time-outs that double up to a limit, silence while a group is being
    /// served. Pure: it knows neither store nor network.
    /// </summary>
    internal sealed class PartPull
    {
        private const int NotSent = -1;
        private const int RequestBits = 32;

        private readonly UpdateOptions _options;
        private readonly int[] _parts = new int[PartRequest.MaxWindow];
        private readonly long[] _sent = new long[PartRequest.MaxWindow];
        private uint _random;
        private int _window = 1;
        private long _timeout;
        private long _notBefore;

        internal PartPull(UpdateOptions options)
        {
            _options = options;
            _random = (uint)options.Seed;
        }

        /// <summary>Parts under way.</summary>
        internal int Count { get; private set; }

        /// <summary>Requests in a row that nothing came of.</summary>
        internal int Silent { get; private set; }

        /// <summary>Begins a session, or begins anew after a connection was lost.</summary>
        internal void Start(int chunkBytes)
        {
            _window = _options.WindowOf(chunkBytes);
            _notBefore = 0;
            Silent = 0;
            _timeout = _options.TimeoutMilliseconds * 1000L;
            Count = 0;
        }

        /// <summary>Whether there is time and room to ask for more. A window is filled when half of it is empty, which halves the requests.</summary>
        internal bool MayFill(long now)
        {
            return now >= _notBefore && Count <= _window / 2;
        }

        /// <summary>Whether there is time to ask at all.</summary>
        internal bool MayTake(long now)
        {
            return now >= _notBefore;
        }

        /// <summary>Counts silence anew; the time-out stays as long as it is.</summary>
        internal void Forgive()
        {
            Silent = 0;
        }

        /// <summary>A group is being served: waits until it has been quiet for a while, not all devices for the same.</summary>
        internal void WaitForGroup(long now)
        {
            Count = 0;
            Silent = 0;
            long quiet = _options.GroupQuietMilliseconds * 1000L;
            Postpone(now + quiet + Draw(quiet));
        }

        /// <summary>Nothing is under way any more, and nothing will be asked for so long.</summary>
        internal void Pause(long now, int milliseconds)
        {
            Count = 0;
            Postpone(now + milliseconds * 1000L + Draw(milliseconds * 250L));
        }

        /// <summary>Takes a missing part into the window.</summary>
        /// <param name="part">Missing in the store.</param>
        /// <param name="pages">Parts of the index: no chunk is of use before them.</param>
        /// <returns>Where to go on searching; -1 where the window is complete.</returns>
        internal int Take(int part, int pages)
        {
            if (part >= pages && Count > 0 && _parts[0] < pages)
            {
                return -1;
            }

            if (IndexOf(part) < 0)
            {
                if (Count == _window)
                {
                    return -1;
                }

                // In ascending order.
                int at = Count;
                while (at > 0 && _parts[at - 1] > part)
                {
                    _parts[at] = _parts[at - 1];
                    _sent[at] = _sent[at - 1];
                    at--;
                }

                _parts[at] = part;
                _sent[at] = NotSent;
                Count++;
            }

            return part + 1;
        }

        /// <summary>A part is not under way any more.</summary>
        internal void Remove(int part)
        {
            int at = IndexOf(part);
            if (at < 0)
            {
                return;
            }

            Count--;
            for (int i = at; i < Count; i++)
            {
                _parts[i] = _parts[i + 1];
                _sent[i] = _sent[i + 1];
            }
        }

        /// <summary>Something useful has come: the server lives.</summary>
        internal void Progress()
        {
            Silent = 0;
            _timeout = _options.TimeoutMilliseconds * 1000L;
        }

        /// <summary>The server works for others, or the device is busy with what has come: nothing times out meanwhile.</summary>
        internal void Extend(long now)
        {
            for (int i = 0; i < Count; i++)
            {
                _sent[i] = _sent[i] == NotSent ? NotSent : now;
            }
        }

        /// <summary>Asks for what has not been asked for.</summary>
        internal void Request(UpdateActions actions, long now)
        {
            int first = -1;
            uint wanted = 0;
            for (int i = 0; i < Count; i++)
            {
                if (_sent[i] != NotSent)
                {
                    continue;
                }

                if (first >= 0 && _parts[i] - first >= RequestBits)
                {
                    actions.Add(UpdateAction.Request, first, (int)wanted);
                    first = -1;
                }

                if (first < 0)
                {
                    first = _parts[i];
                    wanted = 0;
                }

                wanted |= 1u << (_parts[i] - first);
                _sent[i] = now;
            }

            if (first >= 0)
            {
                actions.Add(UpdateAction.Request, first, (int)wanted);
            }
        }

        /// <summary>Asks again for what has not come in time.</summary>
        /// <returns>Whether something has timed out.</returns>
        internal bool Retry(UpdateActions actions, long now)
        {
            bool late = false;
            for (int i = 0; i < Count; i++)
            {
                if (_sent[i] != NotSent && now - _sent[i] >= _timeout)
                {
                    _sent[i] = NotSent;
                    late = true;
                }
            }

            if (late)
            {
                Silent++;
                long longest = _options.MaxTimeoutMilliseconds * 1000L;
                _timeout = _timeout * 2 < longest ? _timeout * 2 : longest;
                if (now >= _notBefore && Silent < _options.SilentRequests)
                {
                    Request(actions, now);
                }
            }

            return late;
        }

        private void Postpone(long until)
        {
            _notBefore = until > _notBefore ? until : _notBefore;
        }

        private int IndexOf(int part)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_parts[i] == part)
                {
                    return i;
                }
            }

            return -1;
        }

        // From 0 up to a limit; how well does not matter.
        private long Draw(long limit)
        {
            _random = _random * 1664525u + 1013904223u;
            return limit * (_random >> 16) / 65536;
        }
    }
}
