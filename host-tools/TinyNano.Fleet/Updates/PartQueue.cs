using System.Numerics;
using TinyNano.Contracts;

namespace TinyNano.Fleet.Updates;

/// <summary>A part message that is due.</summary>
internal readonly record struct DuePart(string Device, uint Session, byte[] Message);

/// <summary>
/// What devices have asked for and have not got. Each device has at most one request open: a new one takes the place of the old, since a
/// device asks for what it still lacks. Devices take turns, one message each, within the limits of each and of all. What one device costs
/// here does not depend on the blob. For several threads at once.
/// </summary>
internal sealed class PartQueue
{
    // What a device may get at once after a pause: four windows of four parts.
    private const int DeviceBurst = 16;
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly UpdateServerOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Device> _devices = [];
    private readonly Queue<Device> _ready = [];
    private readonly PriorityQueue<Device, long> _later = new();
    private TokenBucket _bytes;
    private long _swept;

    public PartQueue(UpdateServerOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _bytes = new TokenBucket(options.BytesPerSecond, Math.Max(options.BytesPerSecond / 4, PartMessage.MaxBytes), Now);
    }

    /// <summary>Devices that are kept.</summary>
    public int Devices
    {
        get
        {
            lock (_lock)
            {
                return _devices.Count;
            }
        }
    }

    /// <summary>What became of a request.</summary>
    public enum Taken
    {
        New,
        Replaced,
        OutOfRange,
        Crowded,
    }

    /// <summary>Takes a request for the parts of a set.</summary>
    public Taken Add(string device, PartRequest request, PartSet parts)
    {
        int left = parts.Parts - request.First;
        uint wanted = left <= 0 ? 0 : left >= 32 ? request.Wanted : request.Wanted & ((1u << left) - 1);
        if (wanted == 0)
        {
            return Taken.OutOfRange;
        }

        lock (_lock)
        {
            if (!_devices.TryGetValue(device, out Device? entry))
            {
                if (_devices.Count >= _options.MostDevices)
                {
                    Sweep();
                    if (_devices.Count >= _options.MostDevices)
                    {
                        return Taken.Crowded;
                    }
                }

                entry = new Device(device, new TokenBucket(_options.DeviceMessagesPerSecond, DeviceBurst, Now));
                _devices.Add(device, entry);
            }

            bool replaced = entry.Wanted != 0;
            (entry.Session, entry.Parts, entry.First, entry.Wanted, entry.Asked) = (request.Session, parts, request.First, wanted, Now);
            if (!entry.Queued)
            {
                entry.Queued = true;
                _ready.Enqueue(entry);
            }

            return replaced ? Taken.Replaced : Taken.New;
        }
    }

    /// <summary>Forgets what was asked of a session.</summary>
    public void Drop(uint session)
    {
        lock (_lock)
        {
            foreach (Device device in _devices.Values.Where(d => d.Session == session))
            {
                device.Wanted = 0;
                device.Parts = null;
            }
        }
    }

    /// <summary>The next message that may go now; else how long it takes until there may be one, null when nothing waits.</summary>
    public bool TryNext(out DuePart due, out TimeSpan? wait)
    {
        lock (_lock)
        {
            long now = Now;
            while (_later.TryPeek(out Device? later, out long at) && at <= now)
            {
                _later.Dequeue();
                _ready.Enqueue(later);
            }

            while (_ready.TryPeek(out Device? device))
            {
                if (device.Wanted == 0 || device.Parts is null)
                {
                    _ready.Dequeue();
                    device.Queued = false;
                    device.Parts = null;
                    continue;
                }

                byte[] message = device.Parts[device.First + BitOperations.TrailingZeroCount(device.Wanted)];
                TimeSpan all = _bytes.Take(message.Length, now);
                if (all > TimeSpan.Zero)
                {
                    (due, wait) = (default, all);
                    return false;
                }

                _ready.Dequeue();
                TimeSpan own = device.Messages.Take(1, now);
                if (own > TimeSpan.Zero)
                {
                    _bytes.Return(message.Length);
                    _later.Enqueue(device, now + own.Ticks);
                    continue;
                }

                device.Cross(message);
                if (device.Wanted != 0)
                {
                    _ready.Enqueue(device);
                }
                else
                {
                    device.Queued = false;
                }

                (due, wait) = (new DuePart(device.Name, device.Session, message), TimeSpan.Zero);
                return true;
            }

            due = default;
            wait = _later.TryPeek(out _, out long next) ? TimeSpan.FromTicks(Math.Max(1, next - now)) : null;
            return false;
        }
    }

    /// <summary>Takes bytes for a message that goes another way; zero where they may go now, else how long to wait.</summary>
    public TimeSpan TakeBytes(int count)
    {
        lock (_lock)
        {
            return _bytes.Take(count, Now);
        }
    }

    private long Now => _time.GetElapsedTime(0).Ticks;

    // At most once a minute: somebody may be inventing devices.
    private void Sweep()
    {
        long now = Now;
        if (_swept != 0 && now - _swept < TimeSpan.TicksPerMinute)
        {
            return;
        }

        _swept = now;
        foreach (string name in _devices.Where(d => !d.Value.Queued && now - d.Value.Asked > Forgotten.Ticks).Select(d => d.Key).ToList())
        {
            _devices.Remove(name);
        }
    }

    private sealed class Device(string name, TokenBucket messages)
    {
        public readonly string Name = name;
        public TokenBucket Messages = messages;
        public PartSet? Parts;
        public uint Session;
        public int First;
        public uint Wanted;
        public bool Queued;
        public long Asked;

        // A copies message answers all parts that it brings.
        public void Cross(byte[] message)
        {
            for (uint bits = Wanted; bits != 0; bits &= bits - 1)
            {
                int bit = BitOperations.TrailingZeroCount(bits);
                if (ReferenceEquals(Parts![First + bit], message))
                {
                    Wanted &= ~(1u << bit);
                }
            }
        }
    }
}
