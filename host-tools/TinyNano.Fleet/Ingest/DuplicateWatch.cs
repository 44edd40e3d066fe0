namespace TinyNano.Fleet.Ingest;

/// <summary>
/// Finds two devices with one name by their starts: a device's go up, those of two come in turn. What a broker had held back for an ingester
/// that was away may come late as well, but not again and again. Not thread-safe.
/// </summary>
internal sealed class DuplicateWatch
{
    // Falls of the number of starts that are no delay any more; devices that are remembered.
    private const int MostFalls = 4;
    private const int MostDevices = 200_000;

    private readonly Dictionary<string, (int Start, int Falls)> _last = [];

    /// <summary>Why the device is not believed; null where it is.</summary>
    public string? Look(string device, int start)
    {
        if (_last.Count >= MostDevices)
        {
            _last.Clear();
        }

        (int before, int falls) = _last.GetValueOrDefault(device, (start, 0));
        falls += start < before ? 1 : 0;
        _last[device] = (start, falls);
        return start < before && falls >= MostFalls ? $"health: messages of starts {start} and {before} in turn: two devices with one name?" : null;
    }
}
