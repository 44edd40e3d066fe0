namespace TinyNano.VirtualDevice.Run;

/// <summary>Many devices at once in this process.</summary>
public sealed class DeviceFleet : IDisposable
{
    private readonly DeviceRun[] _runs;

    public DeviceFleet(IEnumerable<DeviceOptions> devices) => _runs = [.. devices.Select(d => new DeviceRun(d))];

    public IReadOnlyList<DeviceRun> Runs => _runs;

    /// <summary>Inferences of all devices so far.</summary>
    public long Inferences => _runs.Sum(r => r.Meter.Count);

    /// <summary>The options of <paramref name="count"/> devices: name-001, name-002, ..., each with a folder of its own.</summary>
    public static IEnumerable<DeviceOptions> Of(DeviceOptions pattern, int count) =>
        count == 1 ? [pattern] : Enumerable.Range(1, count).Select(i => $"{pattern.Name}-{i:000}")
            .Select(name => pattern with { Name = name, StateFolder = Path.Combine(pattern.StateFolder, name) });

    /// <summary>Runs all to their ends. Where one cannot start, the others are ended and its exception is thrown.</summary>
    public IReadOnlyList<DeviceReport> Run(CancellationToken cancel = default)
    {
        DeviceReport[] reports = new DeviceReport[_runs.Length];
        Exception? first = null;
        Thread[] threads = [.. _runs.Select((run, i) => new Thread(() =>
        {
            try
            {
                reports[i] = run.Run(cancel);
            }
            catch (Exception e)
            {
                if (Interlocked.CompareExchange(ref first, e, null) is null)
                {
                    foreach (DeviceRun other in _runs)
                    {
                        other.End("another device failed");
                    }
                }
            }
        })
        {
            IsBackground = true,
            Name = $"run {i}",
        })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        return reports;
    }

    public void Dispose()
    {
        foreach (DeviceRun run in _runs)
        {
            run.Dispose();
        }
    }
}
