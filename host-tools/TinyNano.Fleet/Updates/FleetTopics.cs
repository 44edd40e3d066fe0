using TinyNano.Contracts;

namespace TinyNano.Fleet.Updates;

/// <summary>What a topic of a device is about.</summary>
internal enum DeviceTopic
{
    None,
    Online,
    State,
    Request,
    Update,
}

/// <summary>Topics of all devices below one root.</summary>
internal sealed class FleetTopics(string root)
{
    private readonly string _prefix = root + "/";

    public string AllOnline => $"{_prefix}+/{Topics.OnlineSuffix}";

    public string AllStates => $"{_prefix}+/{Topics.StateSuffix}";

    public string AllRequests => $"{_prefix}+/{Topics.UpdateRequestSuffix}";

    public string AllUpdates => $"{_prefix}+/{Topics.UpdateStateSuffix}";

    public string Part(string device) => $"{_prefix}{device}/{Topics.UpdatePartSuffix}";

    public string Manifest(string device) => $"{_prefix}{device}/{Topics.UpdateManifestSuffix}";

    public string GroupPart(string group) => $"{_prefix}{Topics.GroupLevel}/{group}/{Topics.UpdatePartSuffix}";

    public string GroupManifest(string group) => $"{_prefix}{Topics.GroupLevel}/{group}/{Topics.UpdateManifestSuffix}";

    /// <summary>Which device a topic is of, and what it is about.</summary>
    public DeviceTopic Parse(string topic, out string device)
    {
        device = "";
        int slash = topic.StartsWith(_prefix, StringComparison.Ordinal) ? topic.IndexOf('/', _prefix.Length) : -1;
        if (slash <= _prefix.Length)
        {
            return DeviceTopic.None;
        }

        device = topic[_prefix.Length..slash];
        return device == Topics.GroupLevel ? DeviceTopic.None : topic.AsSpan(slash + 1) switch
        {
            Topics.UpdateRequestSuffix => DeviceTopic.Request,
            Topics.UpdateStateSuffix => DeviceTopic.Update,
            Topics.OnlineSuffix => DeviceTopic.Online,
            Topics.StateSuffix => DeviceTopic.State,
            _ => DeviceTopic.None,
        };
    }
}
