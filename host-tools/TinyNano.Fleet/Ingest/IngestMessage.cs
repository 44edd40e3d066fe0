using System.Text;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Ingest;

/// <summary>A message from a device, read and believed or not, and what is to be written of it.</summary>
public sealed class IngestMessage
{
    /// <summary>Bytes of a device's name at most.</summary>
    public const int LongestDevice = 64;

    private readonly Action<DbSession, DateTimeOffset> _write;

    private IngestMessage(string device, string suffix, IncidentKind? incident, Action<DbSession, DateTimeOffset> write)
    {
        Device = device;
        Suffix = suffix;
        Incident = incident;
        _write = write;
    }

    public string Device { get; }

    /// <summary>The topic below the device.</summary>
    public string Suffix { get; }

    /// <summary>Why it is not believed; null where it is.</summary>
    public IncidentKind? Incident { get; }

    /// <summary>For load tests, whose health messages carry when they were sent in place of the free heap: milliseconds modulo 2^32.</summary>
    internal uint? SentMilliseconds { get; private init; }

    /// <summary>Of a health message, the start of the device that it belongs to.</summary>
    internal int? Start { get; private init; }

    /// <summary>What is subscribed to below every device.</summary>
    public static IReadOnlyList<string> Suffixes { get; } = [Topics.OnlineSuffix, Topics.StateSuffix, Topics.HealthSuffix, Topics.TelemetrySuffix, Topics.SampleSuffix];

    /// <summary>Writes it; may run more than once.</summary>
    public void Write(DbSession session, DateTimeOffset at) => _write(session, at);

    /// <summary>The incident that is written in place of a message that the database does not take.</summary>
    internal IngestMessage Unwritable(string why) => Incident is null
        ? NotBelieved(Device, Suffix, IncidentKind.Malformed, $"{Suffix}: the database does not take it ({why})") : NotBelieved("", "", IncidentKind.Malformed, "not even an incident can be written of it");

    /// <summary>The same message with an incident that is written along with it.</summary>
    internal IngestMessage With(string contradiction) => new(Device, Suffix, Incident, (session, at) =>
    {
        _write(session, at);
        Incidents.Add(session, Device, IncidentKind.Lying, contradiction, at);
    })
    {
        SentMilliseconds = SentMilliseconds,
        Start = Start,
    };

    /// <summary>Reads a message. Whatever it is, something can be written of it.</summary>
    public static IngestMessage Read(string root, string topic, byte[] payload)
    {
        string rest = topic.StartsWith(root + "/", StringComparison.Ordinal) ? topic[(root.Length + 1)..] : "";
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string device = slash > 0 ? rest[..slash] : "";
        string suffix = slash > 0 ? rest[(slash + 1)..] : "";
        if (device.Length == 0 || Encoding.UTF8.GetByteCount(device) > LongestDevice || device.Any(char.IsControl))
        {
            return NotBelieved("", suffix, IncidentKind.Malformed, "a topic that names no device");
        }

        if (payload.Length > MessageHeader.MaxMessageBytes)
        {
            return NotBelieved(device, suffix, IncidentKind.Oversized, $"{suffix}: {payload.Length} bytes, at most {MessageHeader.MaxMessageBytes}");
        }

        return suffix switch
        {
            Topics.OnlineSuffix => Online(device, payload),
            Topics.StateSuffix => State(device, payload),
            Topics.HealthSuffix => OfHealth(device, payload),
            Topics.TelemetrySuffix => OfTelemetry(device, payload),
            Topics.SampleSuffix => OfSample(device, payload),
            _ => NotBelieved(device, suffix, IncidentKind.Malformed, $"no topic of a device: {suffix}"),
        };
    }

    private static IngestMessage NotBelieved(string device, string suffix, IncidentKind kind, string detail) =>
        new(device, suffix, kind, (session, at) => Incidents.Add(session, device, kind, detail, at));

    private static IngestMessage Unreadable(string device, string suffix, byte[] payload) => NotBelieved(
        device, suffix, IncidentKind.Malformed, $"{suffix}: {payload.Length} bytes beginning {Convert.ToHexString(payload.AsSpan(0, Math.Min(16, payload.Length)))}");

    private static IngestMessage Online(string device, byte[] payload)
    {
        string text = Encoding.UTF8.GetString(payload);
        return text is Topics.OnlineText or Topics.OfflineText
            ? new IngestMessage(device, Topics.OnlineSuffix, null, (session, at) => Devices.Online(session, device, text == Topics.OnlineText, at))
            : Unreadable(device, Topics.OnlineSuffix, payload);
    }

    private static IngestMessage State(string device, byte[] payload)
    {
        StateMessage state = new();
        return state.Decode(payload, payload.Length)
            ? new IngestMessage(device, Topics.StateSuffix, null, (session, at) => Devices.Report(session, device, state, at))
            : Unreadable(device, Topics.StateSuffix, payload);
    }

    private static IngestMessage OfTelemetry(string device, byte[] payload)
    {
        TelemetryMessage telemetry = new();
        return telemetry.Decode(payload, payload.Length)
            ? new IngestMessage(device, Topics.TelemetrySuffix, null, (session, at) =>
            {
                Devices.Seen(session, device, at);
                Telemetry.Report(session, device, telemetry, at);
            })
            : Unreadable(device, Topics.TelemetrySuffix, payload);
    }

    private static IngestMessage OfSample(string device, byte[] payload)
    {
        SampleMessage sample = new();
        return sample.Decode(payload, payload.Length)
            ? new IngestMessage(device, Topics.SampleSuffix, null, (session, at) => Samples.Add(session, device, sample, at))
            : Unreadable(device, Topics.SampleSuffix, payload);
    }

    private static IngestMessage OfHealth(string device, byte[] payload)
    {
        HealthMessage health = new();
        if (!health.Decode(payload, payload.Length))
        {
            return Unreadable(device, Topics.HealthSuffix, payload);
        }

        return HealthCheck.Contradiction(health) is string lie
            ? NotBelieved(device, Topics.HealthSuffix, IncidentKind.Lying, lie)
            : new IngestMessage(device, Topics.HealthSuffix, null, (session, at) =>
            {
                Devices.Seen(session, device, at);
                if (HealthCheck.Contradiction(session, device, health, payload) is string contradiction)
                {
                    Incidents.Add(session, device, IncidentKind.Lying, contradiction, at);
                }

                Health.Add(session, device, health, payload, at);
            })
            {
                SentMilliseconds = health.FreeHeap,
                Start = health.Restarts,
            };
    }
}
