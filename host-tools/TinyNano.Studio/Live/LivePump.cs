using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using TinyNano.Studio.Data;

namespace TinyNano.Studio.Live;

/// <summary>
/// Carries updates from the data to open pages. Lines of the overview are collected for one interval and only the last of each device is sent, so that ten
/// thousand devices cost a page no more than a few messages a second; points go to the pages of their device only.
/// </summary>
internal sealed class LivePump(IStudioData data, IHubContext<StudioHub> hub, StudioOptions options) : BackgroundService
{
    public const int MostPerMessage = 500;
    private const int MostWaiting = 10_000;
    private readonly ConcurrentDictionary<string, DeviceRow> _rows = new();
    private readonly ConcurrentQueue<PointAdded> _points = new();
    private readonly ConcurrentDictionary<uint, bool> _rollouts = new();
    private int _samples;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        data.Updated += Take;
        try
        {
            using PeriodicTimer timer = new(options.LiveInterval);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SendAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        finally
        {
            data.Updated -= Take;
        }
    }

    private void Take(LiveUpdate update)
    {
        switch (update)
        {
            case DeviceChanged changed:
                _rows[changed.Row.Name] = changed.Row;
                break;
            case PointAdded point when _points.Count < MostWaiting:
                _points.Enqueue(point);
                break;
            case RolloutChanged rollout:
                _rollouts[rollout.Id] = true;
                break;
            case SamplesChanged:
                Interlocked.Exchange(ref _samples, 1);
                break;
            default:
                break;
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        List<DeviceRow> rows = [];
        foreach (string name in _rows.Keys.Take(MostPerMessage))
        {
            if (_rows.TryRemove(name, out DeviceRow? row))
            {
                rows.Add(row);
            }
        }

        if (rows.Count > 0)
        {
            await hub.Clients.Group(StudioHub.FleetGroup).SendAsync("devices", rows, cancel);
            foreach (DeviceRow row in rows)
            {
                await hub.Clients.Group(StudioHub.DeviceGroup(row.Name)).SendAsync("device", row, cancel);
            }
        }

        while (_points.TryDequeue(out PointAdded? point))
        {
            await hub.Clients.Group(StudioHub.DeviceGroup(point.Device)).SendAsync("point", point.Device, point.Point, cancel);
        }

        foreach (uint id in _rollouts.Keys)
        {
            _rollouts.TryRemove(id, out _);
            await hub.Clients.All.SendAsync("rollout", id, cancel);
        }

        if (Interlocked.Exchange(ref _samples, 0) == 1)
        {
            await hub.Clients.All.SendAsync("samples", cancel);
        }
    }
}
