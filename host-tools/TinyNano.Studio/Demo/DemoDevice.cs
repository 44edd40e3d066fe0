using TinyNano.Studio.Data;

namespace TinyNano.Studio.Demo;

/// <summary>What is wrong with an invented device.</summary>
internal enum DemoFault
{
    None,

    /// <summary>A smeared lens: less sure, and of fewer classes.</summary>
    Blurred,

    /// <summary>The beginning of that.</summary>
    Fading,
    Offline,

    /// <summary>Has no model that it could run.</summary>
    Failed,
}

/// <summary>One invented device. Everything follows from its seed.</summary>
internal sealed class DemoDevice
{
    public const int Kept = 400;
    private const int PerPoint = 20;
    private readonly Random _random;
    private readonly List<HealthPoint> _points = [];
    private readonly double _latency;

    public DemoDevice(int index, int seed, string name, string group, DemoFault fault, long now)
    {
        _random = new Random(unchecked((seed * 7919) + index));
        _latency = 41_000 + _random.Next(6_000);
        Fault = fault;
        Started = now - (long)TimeSpan.FromHours(1 + _random.Next(400)).TotalMilliseconds;
        bool offline = fault == DemoFault.Offline;
        Row = new DeviceRow(
            name, group, !offline, fault == DemoFault.Failed ? "failed" : offline ? "stopped" : "running", DemoModels.Name, 1, fault == DemoFault.Failed ? "refused" : "confirmed", DriftLevel.Normal, null, [], null, null,
            offline ? now - (long)TimeSpan.FromMinutes(12 + _random.Next(3000)).TotalMilliseconds : now, 1 + _random.Next(4));
        if (fault != DemoFault.Failed)
        {
            (DriftLevel level, double psi) = Drift();
            IReadOnlyList<string> alarms = fault == DemoFault.Blurred ? ["confidence fell"] : [];
            HealthPoint point = Point(Row.LastSeen);
            Row = Row with { Drift = level, Psi = psi, Alarms = alarms, LatencyMicroseconds = point.LatencyMicroseconds, Confidence = point.MeanConfidence };
        }
        else
        {
            Row = Row with { Drift = DriftLevel.Unknown };
        }
    }

    public DemoFault Fault { get; }

    public long Started { get; }

    public DeviceRow Row { get; set; }

    /// <summary>Points up to now; the past is invented when somebody asks first.</summary>
    public IReadOnlyList<HealthPoint> History(long now)
    {
        if (_points.Count == 0 && Fault != DemoFault.Failed)
        {
            long end = Row.Online ? now : Row.LastSeen;
            for (int i = 179; i >= 0; i--)
            {
                _points.Add(Point(end - (i * 10_000L)));
            }
        }

        return _points;
    }

    /// <summary>The next message of the device.</summary>
    public HealthPoint Next(long now)
    {
        HealthPoint point = Point(now);
        if (_points.Count > 0)
        {
            _points.Add(point);
            _points.RemoveRange(0, Math.Max(0, _points.Count - Kept));
        }

        Row = Row with { LastSeen = now, LatencyMicroseconds = point.LatencyMicroseconds, Confidence = point.MeanConfidence };
        return point;
    }

    private (DriftLevel Level, double Psi) Drift() => Fault switch
    {
        DemoFault.Blurred => (DriftLevel.Drift, 0.61 + (_random.NextDouble() * 0.2)),
        DemoFault.Fading => (DriftLevel.Watch, 0.14 + (_random.NextDouble() * 0.05)),
        _ => (DriftLevel.Normal, 0.01 + (_random.NextDouble() * 0.06)),
    };

    private HealthPoint Point(long at)
    {
        int[] confidence = new int[16];
        int[] entropy = new int[8];
        int[] classes = new int[10];
        double sum = 0;
        double power = Fault switch { DemoFault.Blurred => 0.9, DemoFault.Fading => 0.35, _ => 0.2 };
        for (int i = 0; i < PerPoint; i++)
        {
            double sure = 1 - (0.72 * Math.Pow(_random.NextDouble(), 1 / power));
            sum += sure;
            confidence[Math.Min(15, (int)(sure * 16))]++;
            entropy[Math.Clamp((int)((1 - sure) * 1.3 * 8), 0, 7)]++;
            classes[Fault == DemoFault.Blurred && _random.Next(3) > 0 ? 6 : _random.Next(10)]++;
        }

        double latency = _latency + (_random.NextDouble() * 900) + (_random.Next(40) == 0 ? 7_000 : 0);
        return new HealthPoint(at, PerPoint, latency, sum / PerPoint, confidence, entropy, classes, 61_000 + _random.Next(3_000), -52 - _random.Next(9));
    }
}
