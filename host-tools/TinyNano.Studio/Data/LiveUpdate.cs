namespace TinyNano.Studio.Data;

/// <summary>Something that open pages want to hear of.</summary>
public abstract record LiveUpdate;

/// <summary>A line of the overview changed, or a device is new.</summary>
public sealed record DeviceChanged(DeviceRow Row) : LiveUpdate;

/// <summary>A health message was taken in.</summary>
public sealed record PointAdded(string Device, HealthPoint Point) : LiveUpdate;

/// <summary>A rollout changed in any way.</summary>
public sealed record RolloutChanged(uint Id) : LiveUpdate;

/// <summary>A sample arrived or was labelled.</summary>
public sealed record SamplesChanged : LiveUpdate;
