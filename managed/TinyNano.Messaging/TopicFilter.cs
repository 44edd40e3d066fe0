namespace TinyNano.Messaging
{
    /// <summary>Filters of MQTT: <c>+</c> is one level, <c>#</c> at the end is all that follow.</summary>
    public static class TopicFilter
    {
        public static bool Matches(string filter, string topic)
        {
            int f = 0;
            int t = 0;
            while (f < filter.Length)
            {
                if (filter[f] == '#')
                {
                    return true;
                }

                if (filter[f] == '+')
                {
                    f++;
                    while (t < topic.Length && topic[t] != '/')
                    {
                        t++;
                    }
                }
                else if (t < topic.Length && filter[f] == topic[t])
                {
                    f++;
                    t++;
                }
                else
                {
                    // "a/#" also means "a".
                    return t == topic.Length && f == filter.Length - 2 && filter[f] == '/' && filter[f + 1] == '#';
                }
            }

            return t == topic.Length;
        }
    }
}
