using TinyNano.Contracts;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Updates;

/// <summary>
/// What devices report and what they were sent, on its way to the database: only the latest of each device, and of each rollout that it speaks
/// of, is kept, and all is written together a few times a second. Whatever a crash takes away the broker still has, since reports are retained.
/// </summary>
internal sealed class ProgressBook
{
    private readonly FleetDatabase _database;
    private readonly Lock _lock = new();
    private Dictionary<string, UpdateMessage> _updates = [];
    private Dictionary<(string Device, uint Session), UpdateMessage> _earlier = [];
    private Dictionary<string, StateMessage> _states = [];
    private Dictionary<string, bool> _online = [];
    private Dictionary<(uint Session, string Device), Traffic> _traffic = [];
    private Dictionary<uint, List<(long Id, bool Reverts, RolloutPlan Plan)>> _rollouts = [];

    public ProgressBook(FleetDatabase database) => _database = database;

    private record struct Traffic(long Bytes, long Messages, long Requests);

    /// <summary>Which rollouts a session belongs to.</summary>
    public void Follow(IEnumerable<RolloutRow> rollouts)
    {
        Dictionary<uint, List<(long, bool, RolloutPlan)>> next = [];
        foreach (RolloutRow rollout in rollouts)
        {
            Of(next, rollout.Session).Add((rollout.Id, false, rollout.Plan));
            if (rollout.RevertSession is uint revert)
            {
                Of(next, revert).Add((rollout.Id, true, rollout.Plan));
            }
        }

        lock (_lock)
        {
            _rollouts = next;
        }
    }

    public void Update(string device, UpdateMessage message)
    {
        lock (_lock)
        {
            if (_updates.TryGetValue(device, out UpdateMessage? before))
            {
                _earlier.Remove((device, before.Session));
                KeepEarlier(device, before, message.Session);
            }

            _updates[device] = message;
        }
    }

    public void State(string device, StateMessage message)
    {
        lock (_lock)
        {
            _states[device] = message;
        }
    }

    public void Online(string device, bool online)
    {
        lock (_lock)
        {
            _online[device] = online;
        }
    }

    public void Sent(uint session, string device, long bytes, long messages, long requests)
    {
        lock (_lock)
        {
            Traffic before = _traffic.GetValueOrDefault((session, device));
            _traffic[(session, device)] = new Traffic(before.Bytes + bytes, before.Messages + messages, before.Requests + requests);
        }
    }

    /// <summary>Writes all that has come; where the database says no, it is kept for the next time.</summary>
    public async Task FlushAsync()
    {
        Dictionary<string, UpdateMessage> updates;
        Dictionary<(string Device, uint Session), UpdateMessage> earlier;
        Dictionary<string, StateMessage> states;
        Dictionary<string, bool> online;
        Dictionary<(uint Session, string Device), Traffic> traffic;
        Dictionary<uint, List<(long Id, bool Reverts, RolloutPlan Plan)>> rollouts;
        lock (_lock)
        {
            if (_updates.Count + _states.Count + _online.Count + _traffic.Count == 0)
            {
                return;
            }

            (updates, earlier, states, online, traffic, rollouts) = (_updates, _earlier, _states, _online, _traffic, _rollouts);
            (_updates, _earlier, _states, _online, _traffic) = ([], [], [], [], []);
        }

        DateTimeOffset now = _database.Time.GetUtcNow();
        try
        {
            await _database.WriteAsync(session =>
            {
                foreach ((string device, bool there) in online)
                {
                    Devices.Online(session, device, there, now);
                }

                foreach ((string device, StateMessage message) in states)
                {
                    Devices.Report(session, device, message, now);
                }

                foreach (((string device, uint _), UpdateMessage message) in earlier)
                {
                    foreach ((long id, bool reverts, RolloutPlan plan) in rollouts.GetValueOrDefault(message.Session) ?? [])
                    {
                        Progress(session, id, reverts, plan, device, message, now);
                    }
                }

                foreach ((string device, UpdateMessage message) in updates)
                {
                    Devices.Report(session, device, message, now);
                    foreach ((long id, bool reverts, RolloutPlan plan) in rollouts.GetValueOrDefault(message.Session) ?? [])
                    {
                        Progress(session, id, reverts, plan, device, message, now);
                    }
                }

                foreach (((uint number, string device), Traffic sent) in traffic)
                {
                    foreach ((long id, bool _, RolloutPlan _) in rollouts.GetValueOrDefault(number) ?? [])
                    {
                        RolloutTable.Sent(session, id, device, sent.Bytes, sent.Messages, sent.Requests);
                    }
                }
            }).ConfigureAwait(false);
        }
        catch (DatabaseException e) when (e.MayPass)
        {
            Restore(updates, earlier, states, online, traffic);
            throw;
        }
    }

    private static void Progress(DbSession session, long id, bool reverts, RolloutPlan plan, string device, UpdateMessage message, DateTimeOffset now)
    {
        if (reverts)
        {
            if (message.State == UpdateState.Reverted)
            {
                RolloutTable.Progress(session, id, device, RolloutDeviceState.Reverted, message.Status, message.PartsStored, message.Parts, now);
            }

            return;
        }

        if (message.State is < UpdateState.Receiving or > UpdateState.Refused)
        {
            return;
        }

        if (plan.Targets.Group is not null)
        {
            // The group's topic reaches devices that nobody listed.
            RolloutTable.AddDevice(session, id, plan, device);
        }

        RolloutTable.Progress(session, id, device, (RolloutDeviceState)message.State, message.Status, message.PartsStored, message.Parts, now);
    }

    private void Restore(
        Dictionary<string, UpdateMessage> updates, Dictionary<(string Device, uint Session), UpdateMessage> earlier, Dictionary<string, StateMessage> states, Dictionary<string, bool> online,
        Dictionary<(uint Session, string Device), Traffic> traffic)
    {
        lock (_lock)
        {
            // What has come since is newer.
            foreach ((string device, UpdateMessage message) in updates)
            {
                if (!_updates.TryAdd(device, message))
                {
                    KeepEarlier(device, message, _updates[device].Session);
                }
            }

            foreach (((string device, uint _), UpdateMessage message) in earlier)
            {
                KeepEarlier(device, message, _updates[device].Session);
            }

            foreach ((string device, StateMessage message) in states)
            {
                _states.TryAdd(device, message);
            }

            foreach ((string device, bool there) in online)
            {
                _online.TryAdd(device, there);
            }

            foreach (((uint Session, string Device) key, Traffic sent) in traffic)
            {
                Traffic now = _traffic.GetValueOrDefault(key);
                _traffic[key] = new Traffic(sent.Bytes + now.Bytes, sent.Messages + now.Messages, sent.Requests + now.Requests);
            }
        }
    }

    // What a device said of a rollout just before it spoke of another one is not lost; invented sessions are not kept.
    private void KeepEarlier(string device, UpdateMessage message, uint latest)
    {
        if (message.Session != latest && _rollouts.ContainsKey(message.Session))
        {
            _earlier.TryAdd((device, message.Session), message);
        }
    }

    private static List<T> Of<T>(Dictionary<uint, List<T>> lists, uint session)
    {
        if (!lists.TryGetValue(session, out List<T>? list))
        {
            lists.Add(session, list = []);
        }

        return list;
    }
}
