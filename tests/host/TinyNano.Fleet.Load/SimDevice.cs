using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Load;

/// <summary>How a simulated device ends an update.</summary>
public enum SimOutcome
{
    Confirm,

    /// <summary>The golden vectors do not come out.</summary>
    FailProof,

    /// <summary>The trial goes wrong.</summary>
    FailTrial,
}

/// <summary>
/// The protocol of a device without its flash: fetches index and chunks with a window of four, checks every hash, and reports. Keeps its
/// journal over <see cref="Restart"/>. Messages leave through a delegate; time comes with each call, so that a test may have its own.
/// </summary>
public sealed class SimDevice
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(8);

    private readonly Func<string, byte[], bool, Task> _publish;
    private readonly Lock _lock = new();
    private readonly byte[]? _base;
    private readonly SimOutcome _outcome;
    private readonly byte[] _out = new byte[PartRequest.FixedBytes];
    private UpdateManifest? _manifest;
    private byte[] _index = [];
    private bool[] _stored = [];
    private byte[]? _blob;
    private uint _session;
    private int _left;
    private int _reported;
    private bool _rawOnly;
    private uint _asked;
    private int _askedFirst;
    private DateTimeOffset _deadline = DateTimeOffset.MaxValue;
    private TimeSpan _timeout;
    private uint _received;

    /// <param name="publish">Topic, payload, and whether it is a report: QoS 1 and retained.</param>
    /// <param name="basis">The blob that runs, for deltas; shared by devices, null for none.</param>
    /// <param name="keepBlob">Whether the blob is put together, to be looked at afterwards.</param>
    public SimDevice(string root, string name, string? group, Func<string, byte[], bool, Task> publish, byte[]? basis = null, bool keepBlob = false, SimOutcome outcome = SimOutcome.Confirm)
    {
        Name = name;
        Topics = new Topics(root, name, group);
        _publish = publish;
        _base = basis;
        KeepsBlob = keepBlob;
        _outcome = outcome;
        _timeout = FirstTimeout;
    }

    /// <summary>How long the device waits for parts before it asks again; it doubles up to eight seconds.</summary>
    public TimeSpan FirstTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public string Name { get; }

    public Topics Topics { get; }

    public bool KeepsBlob { get; }

    public int State { get; private set; }

    public int Status { get; private set; }

    /// <summary>Part messages that came, and those among them that brought nothing new.</summary>
    public int PartMessages { get; private set; }

    public int Duplicates { get; private set; }

    public int Requests { get; private set; }

    /// <summary>Where a test loses messages: called for each part message, true to lose it.</summary>
    public Func<bool>? Loses { get; set; }

    public byte[]? Blob => _blob;

    public void OnMessage(string topic, ReadOnlyMemory<byte> payload, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (topic == Topics.UpdateManifest || topic == Topics.GroupUpdateManifest)
            {
                OnManifest(payload.ToArray(), now);
            }
            else
            {
                OnPart(payload.ToArray(), now);
            }
        }
    }

    /// <summary>Asks again where nothing has come in time.</summary>
    public void Tick(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (State == UpdateState.Receiving && now >= _deadline)
            {
                _timeout = _timeout * 2 < LongestTimeout ? _timeout * 2 : _timeout > LongestTimeout ? _timeout : LongestTimeout;
                Ask(now);
            }
        }
    }

    /// <summary>As after a loss of power: reports, and goes on where the journal ends.</summary>
    public void Restart(DateTimeOffset now)
    {
        lock (_lock)
        {
            _received = 0;
            _timeout = FirstTimeout;
            Report();
            if (State == UpdateState.Receiving)
            {
                Ask(now);
            }
        }
    }

    private void OnManifest(byte[] bytes, DateTimeOffset now)
    {
        UpdateManifest manifest = new();
        if (!manifest.Decode(bytes, bytes.Length))
        {
            if (bytes.Length == 0 && State is UpdateState.Receiving or UpdateState.Stored)
            {
                State = UpdateState.Empty;
            }

            return;
        }

        uint session = Manifests.SessionOf(bytes);
        if (session == _session)
        {
            return;
        }

        _session = session;
        _manifest = manifest;
        Status = 0;
        if (manifest.Kind != ManifestKind.Install)
        {
            State = UpdateState.Reverted;
            Report();
            return;
        }

        _index = new byte[UpdateManifest.IndexEntryBytes * manifest.Chunks];
        _stored = new bool[manifest.Parts];
        _blob = KeepsBlob ? new byte[manifest.BlobBytes] : null;
        _left = manifest.Parts;
        _reported = 0;
        _rawOnly = false;
        _timeout = FirstTimeout;
        State = UpdateState.Receiving;
        Report();
        Ask(now);
    }

    private void OnPart(byte[] bytes, DateTimeOffset now)
    {
        PartMessage part = new();
        if (Loses?.Invoke() == true || !part.Decode(bytes, bytes.Length) || part.Session != _session || State != UpdateState.Receiving)
        {
            return;
        }

        PartMessages++;
        _received += (uint)bytes.Length;
        if (part.Encoding == PartEncoding.Refused)
        {
            (State, Status) = (UpdateState.Refused, part.Status(bytes));
            Report();
            return;
        }

        if (!part.IsWhole(bytes))
        {
            return;
        }

        int before = _left;
        ReadOnlySpan<byte> data = bytes.AsSpan(part.DataAt, part.DataBytes);
        bool good = part.Encoding switch
        {
            PartEncoding.Copies => Copy(data),
            PartEncoding.Patch => Patch(part.Part, data),
            _ => Store(part.Part, data),
        };
        _rawOnly |= !good;
        Duplicates += _left == before ? 1 : 0;
        Advance(good, (part.Flags & PartMessage.GroupFlag) != 0, now);
    }

    private void Advance(bool good, bool group, DateTimeOffset now)
    {
        if (_left == 0)
        {
            Finish();
            return;
        }

        if ((_stored.Length - _left) * 10 / _stored.Length > _reported)
        {
            _reported = (_stored.Length - _left) * 10 / _stored.Length;
            Report();
        }

        if (group)
        {
            // More comes by itself; it is asked for when that has ended.
            _deadline = now + _timeout;
            return;
        }

        // The window is empty when all that was asked for is there.
        bool open = false;
        for (int i = 0; i < 32 && !open; i++)
        {
            open = (_asked & (1u << i)) != 0 && !_stored[_askedFirst + i];
        }

        if (!open || !good)
        {
            _timeout = FirstTimeout;
            Ask(now);
        }
    }

    private bool Copy(ReadOnlySpan<byte> data)
    {
        bool good = _base is not null;
        for (int at = 0; good && at + PartMessage.RunBytes <= data.Length; at += PartMessage.RunBytes)
        {
            byte[] run = data.Slice(at, PartMessage.RunBytes).ToArray();
            int first = LittleEndian.GetUInt16(run, PartMessage.RunPart);
            int count = LittleEndian.GetUInt16(run, PartMessage.RunCount);
            int offset = (int)LittleEndian.GetUInt32(run, PartMessage.RunOffset);
            for (int i = 0; i < count; i++)
            {
                int bytes = _manifest!.PartBytes(first + i);
                good &= offset + bytes <= _base!.Length && Store(first + i, _base.AsSpan(offset, bytes));
                offset += bytes;
            }
        }

        return good;
    }

    private bool Patch(int part, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[_manifest!.PartBytes(part)];
        return _base is not null && PatchDecoder.TryPatch(data, _base, chunk) && Store(part, chunk);
    }

    private bool Store(int part, ReadOnlySpan<byte> data)
    {
        if (data.Length != _manifest!.PartBytes(part) || data.Length == 0)
        {
            return false;
        }

        if (_stored[part])
        {
            return true;
        }

        int chunk = part - _manifest.Pages;
        if (chunk < 0)
        {
            data.CopyTo(_index.AsSpan(part * _manifest.ChunkBytes));
        }
        else
        {
            // Nothing is stored before its hash is known.
            if (!_stored.AsSpan(0, _manifest.Pages).ToArray().All(s => s)
                || !SHA256.HashData(data).AsSpan(0, UpdateManifest.IndexEntryBytes).SequenceEqual(_index.AsSpan(chunk * UpdateManifest.IndexEntryBytes, UpdateManifest.IndexEntryBytes)))
            {
                return false;
            }

            if (_blob is not null)
            {
                data.CopyTo(_blob.AsSpan(chunk * _manifest.ChunkBytes));
            }
        }

        _stored[part] = true;
        _left--;
        return true;
    }

    private void Finish()
    {
        _deadline = DateTimeOffset.MaxValue;
        State = UpdateState.Stored;
        Report();
        if (_outcome == SimOutcome.FailProof)
        {
            (State, Status) = (UpdateState.Refused, -9);
        }
        else
        {
            State = UpdateState.Trial;
            Report();
            (State, Status) = _outcome == SimOutcome.FailTrial ? (UpdateState.Reverted, -24) : (UpdateState.Confirmed, 0);
        }

        Report();
    }

    private void Ask(DateTimeOffset now)
    {
        int first = Array.IndexOf(_stored, false);
        bool indexOnly = first < _manifest!.Pages;
        uint wanted = 0;
        for (int i = first, window = 0; i < _stored.Length && i < first + 32 && window < PartRequest.MaxWindow && !(indexOnly && i >= _manifest.Pages); i++)
        {
            if (!_stored[i])
            {
                wanted |= 1u << (i - first);
                window++;
            }
        }

        (_asked, _askedFirst, _deadline) = (wanted, first, now + _timeout);
        Requests++;
        new PartRequest
        {
            Session = _session, First = first, Wanted = wanted, Flags = _rawOnly ? PartRequest.RawFlag : 0,
            BaseCrc = _base is null ? 0 : LittleEndian.GetUInt32(_base, 12), BaseBytes = (uint)(_base?.Length ?? 0),
        }.Encode(_out);
        _publish(Topics.UpdateRequest, (byte[])_out.Clone(), false);
    }

    private void Report()
    {
        byte[] bytes = new byte[UpdateMessage.FixedBytes];
        new UpdateMessage
        {
            Session = _session, State = State, Status = Status, Rollout = _manifest?.Rollout ?? 0, ModelVersion = _manifest?.ModelVersion ?? 0, BytesReceived = _received,
            Parts = _stored.Length, PartsStored = _stored.Length - _left,
            BaseCrc = _base is null ? 0 : LittleEndian.GetUInt32(_base, 12), BaseBytes = (uint)(_base?.Length ?? 0),
        }.Encode(bytes);
        _publish(Topics.UpdateState, bytes, true);
    }
}
