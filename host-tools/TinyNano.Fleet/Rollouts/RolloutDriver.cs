using System.Collections.Concurrent;
using System.Text.Json;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Fleet.Rollouts;

/// <summary>
/// Carries out what <see cref="RolloutMachine"/> decides: publishes manifests, sends to groups, writes states and the audit trail. It keeps
/// nothing: after a restart it goes on from the database. Several drivers on one database do no harm to one another.
/// </summary>
public sealed class RolloutDriver : IAsyncDisposable
{
    // The wall clock may be set; a difference beyond this is a jump and not time that has passed.
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(5);

    private readonly FleetDatabase _database;
    private readonly UpdateServer _server;
    private readonly IReadOnlyList<IRolloutGate> _gates;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly Dictionary<long, Task> _deliveries = [];
    private readonly ConcurrentDictionary<long, DateTimeOffset> _groupSince = [];
    private readonly Dictionary<long, int> _rounds = [];
    private readonly SemaphoreSlim _oneTick = new(1, 1);
    private (DateTimeOffset Wall, long Stamp)? _last;
    private Task _loop = Task.CompletedTask;
    private volatile bool _again;

    public RolloutDriver(FleetDatabase database, UpdateServer server, IReadOnlyList<IRolloutGate>? gates = null, TimeProvider? time = null)
    {
        _database = database;
        _server = server;
        _gates = gates ?? [];
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Something that people should know.</summary>
    public event Action<string>? Said;

    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>The broker may have lost what it retained: all manifests that devices have not acted on are published again.</summary>
    public void PublishAgain() => _again = true;

    /// <summary>Looks at all rollouts once.</summary>
    public async Task TickAsync()
    {
        await _oneTick.WaitAsync().ConfigureAwait(false);
        try
        {
            DateTimeOffset now = await FollowClockAsync().ConfigureAwait(false);
            _server.Refresh();
            bool again = _again;
            _again = false;
            foreach (RolloutRow row in _database.Read(RolloutTable.Active))
            {
                List<RolloutDeviceRow> devices = _database.Read(s => RolloutTable.DevicesOf(s, row.Id));
                if (again)
                {
                    await PublishAgainAsync(row, devices).ConfigureAwait(false);
                }

                GateResult[] gates = row.State == RolloutState.Running ? [.. row.Plan.Gates.Select(g => Judge(row, g.Key, g.Value, devices, now))] : [];
                await CarryOutAsync(row, RolloutMachine.Next(row, devices, gates, now), devices, now).ConfigureAwait(false);
            }
        }
        finally
        {
            _oneTick.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        await _ended.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([_loop, .. _deliveries.Values]).ConfigureAwait(false);
        _ended.Dispose();
        _oneTick.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await TickAsync().ConfigureAwait(false);
                await Task.Delay(_server.Options.Tick, _time, _ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                // The end.
            }
            catch (Exception e)
            {
                Said?.Invoke(e.Message);
                await Task.WhenAny(Task.Delay(_server.Options.Tick, _time), Task.Delay(Timeout.Infinite, _ended.Token)).ConfigureAwait(false);
            }
        }
    }

    private GateResult Judge(RolloutRow row, string name, string limit, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now) =>
        _gates.FirstOrDefault(g => g.Name == name) is IRolloutGate gate
            ? gate.Judge(row, limit, devices, now)
            : new GateResult(name, GateVerdict.Wait, "this program does not have the gate");

    private async Task CarryOutAsync(RolloutRow before, RolloutDecision decision, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        RolloutRow row = decision.Row;
        if (row != before)
        {
            // State first: what follows is done again after a crash, but a decision that another driver has made is not overruled.
            bool mine = await _database.WriteAsync(session =>
            {
                bool changed = RolloutTable.Update(session, row);
                if (changed && decision.Action is string action)
                {
                    Audit.Add(session, now, Audit.Self, action, row.Name, row.Id, row.Reason, JsonSerializer.Serialize(new { stage = row.Stage, state = row.State.ToString() }));
                }

                return changed;
            }).ConfigureAwait(false);
            if (!mine)
            {
                return;
            }

            if (decision.Action is string done)
            {
                Said?.Invoke($"rollout {row.Id} ({row.Name}): {done[(done.IndexOf('.', StringComparison.Ordinal) + 1)..]} stage {row.Stage + 1} of {row.Plan.Stages.Count}{(row.Reason.Length > 0 ? ": " + row.Reason : "")}");
            }
        }

        if (row.State == RolloutState.Reverting && decision.Recall.Count + decision.Drop.Count > 0)
        {
            await _server.WithdrawAsync(row.Session).ConfigureAwait(false);
            if (row.Plan.Targets.Group is string group)
            {
                await _server.ClearGroupAsync(group).ConfigureAwait(false);
            }
        }

        await OfferAsync(row, decision.Offer, now).ConfigureAwait(false);
        await RecallAsync(row, decision, now).ConfigureAwait(false);
        if (row.State == RolloutState.Running)
        {
            DeliverToGroup(row, devices, now);
        }
    }

    private async Task OfferAsync(RolloutRow row, IReadOnlyList<string> offer, DateTimeOffset now)
    {
        if (offer.Count == 0)
        {
            return;
        }

        byte[] manifest = _database.Read(s => Manifests.Find(s, row.Session))!.Data;

        // The last stage of a group is everybody: one message for all.
        if (row.Plan.Targets.Group is string group && row.Stage == row.Plan.Stages.Count - 1)
        {
            if (await _server.OfferGroupAsync(group, manifest).ConfigureAwait(false))
            {
                await MarkAsync(offer, device => session => RolloutTable.Offer(session, row.Id, device, now)).ConfigureAwait(false);
            }

            return;
        }

        List<string> done = await EachAsync(offer, device => _server.OfferAsync(device, manifest)).ConfigureAwait(false);
        await MarkAsync(done, device => session => RolloutTable.Offer(session, row.Id, device, now)).ConfigureAwait(false);
    }

    private async Task RecallAsync(RolloutRow row, RolloutDecision decision, DateTimeOffset now)
    {
        if (decision.Recall.Count > 0 && row.RevertSession is uint session)
        {
            byte[] manifest = _database.Read(s => Manifests.Find(s, session))!.Data;
            List<string> told = await EachAsync(decision.Recall, device => _server.OfferAsync(device, manifest)).ConfigureAwait(false);
            await MarkAsync(told, device => s => RolloutTable.Tell(s, row.Id, device, RolloutDeviceState.Recalled, now)).ConfigureAwait(false);
        }

        List<string> dropped = await EachAsync(decision.Drop, _server.ClearAsync).ConfigureAwait(false);
        await MarkAsync(dropped, device => s => RolloutTable.Tell(s, row.Id, device, RolloutDeviceState.Dropped, now)).ConfigureAwait(false);
    }

    // A few at once: each waits for the broker's answer.
    private static async Task<List<string>> EachAsync(IReadOnlyList<string> devices, Func<string, Task<bool>> tell)
    {
        List<string> done = [];
        foreach (string[] some in devices.Chunk(64))
        {
            bool[] told = await Task.WhenAll(some.Select(tell)).ConfigureAwait(false);
            done.AddRange(some.Where((_, i) => told[i]));
        }

        return done;
    }

    private Task MarkAsync(IReadOnlyList<string> devices, Func<string, Action<DbSession>> mark) => devices.Count == 0 ? Task.CompletedTask : _database.WriteAsync(session =>
    {
        foreach (string device in devices)
        {
            mark(device)(session);
        }
    });

    private async Task PublishAgainAsync(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices)
    {
        byte[] manifest = _database.Read(s => Manifests.Find(s, row.Session))!.Data;
        if (row.State is RolloutState.Running or RolloutState.Paused or RolloutState.Waiting)
        {
            bool byGroup = row.Plan.Targets.Group is not null && row.Stage == row.Plan.Stages.Count - 1;
            if (byGroup)
            {
                await _server.OfferGroupAsync(row.Plan.Targets.Group!, manifest).ConfigureAwait(false);
            }

            await EachAsync(
                [.. devices.Where(d => d.State is RolloutDeviceState.Offered or RolloutDeviceState.Receiving or RolloutDeviceState.Stored && !byGroup).Select(d => d.Device)],
                device => _server.OfferAsync(device, manifest)).ConfigureAwait(false);
        }
        else if (row.RevertSession is uint session)
        {
            byte[] revert = _database.Read(s => Manifests.Find(s, session))!.Data;
            await EachAsync([.. devices.Where(d => d.State == RolloutDeviceState.Recalled).Select(d => d.Device)], device => _server.OfferAsync(device, revert)).ConfigureAwait(false);
        }
    }

    private void DeliverToGroup(RolloutRow row, IReadOnlyList<RolloutDeviceRow> devices, DateTimeOffset now)
    {
        UpdateServerOptions options = _server.Options;
        if (row.Plan.Targets.Group is not string group || row.Stage != row.Plan.Stages.Count - 1
            || (_deliveries.TryGetValue(row.Id, out Task? running) && !running.IsCompleted))
        {
            return;
        }

        int lacking = devices.Count(d => d.State is RolloutDeviceState.Offered or RolloutDeviceState.Receiving);
        int ready = devices.Count(d => d.State == RolloutDeviceState.Receiving);
        int round = _rounds.GetValueOrDefault(row.Id);
        if (lacking == 0 || round >= options.GroupRounds || lacking <= options.GroupRepeatShare * devices.Count)
        {
            return;
        }

        // Devices erase flash before they can receive: all of them are waited for, but not for ever.
        if (!_groupSince.TryGetValue(row.Id, out DateTimeOffset since))
        {
            _groupSince[row.Id] = since = now;
        }

        TimeSpan patience = round == 0 ? options.GroupWait : options.GroupSettle;
        bool everybody = ready == lacking && round == 0;
        if (ready == 0 || (!everybody && now - since < patience))
        {
            return;
        }

        // As long as devices still come on, nobody needs another round.
        if (round > 0 && devices.Max(d => d.Changed) is DateTimeOffset latest && now - latest < patience)
        {
            return;
        }

        _rounds[row.Id] = round + 1;
        (uint, uint)? basis = CommonBase([.. devices.Where(d => d.State is RolloutDeviceState.Offered or RolloutDeviceState.Receiving).Select(d => d.Device)]);
        _deliveries[row.Id] = Task.Run(async () =>
        {
            try
            {
                Said?.Invoke($"rollout {row.Id} ({row.Name}): round {round + 1} to group {group}, {ready} devices ready");
                await _server.DeliverAsync(group, row.Session, basis, _ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
            catch (FleetException e)
            {
                Said?.Invoke(e.Message);
            }

            _groupSince[row.Id] = _time.GetUtcNow();
        });
    }

    // What all of them run, where they all have said so.
    private (uint Crc, uint Bytes)? CommonBase(HashSet<string> lacking)
    {
        (uint?, uint?)[] bases = [.. _database.Read(Store.Devices.All).Where(d => lacking.Contains(d.Device)).Select(d => (d.BaseCrc, d.BaseBytes)).Distinct()];
        return bases is [(uint crc, uint bytes)] && crc != 0 ? (crc, bytes) : null;
    }

    // Times in the database follow the wall clock. Where that is set forward, no soak may end early: the times move with it.
    private async Task<DateTimeOffset> FollowClockAsync()
    {
        DateTimeOffset now = _time.GetUtcNow();
        long stamp = _time.GetTimestamp();
        if (_last is (DateTimeOffset wall, long before))
        {
            TimeSpan jump = now - wall - _time.GetElapsedTime(before, stamp);
            if (jump.Duration() > Jump)
            {
                Said?.Invoke($"the clock was set by {jump}; the times of running rollouts move with it");
                await _database.WriteAsync(session =>
                {
                    foreach (RolloutRow row in RolloutTable.Active(session).Where(r => r.State == RolloutState.Running))
                    {
                        RolloutTable.Update(session, row with { StageSince = row.StageSince + jump, SoakSince = row.SoakSince + jump });
                    }
                }).ConfigureAwait(false);
            }
        }

        _last = (now, stamp);
        return now;
    }
}
