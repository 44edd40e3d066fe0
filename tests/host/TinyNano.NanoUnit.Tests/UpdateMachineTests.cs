using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace TinyNano.NanoUnit.Tests;

/// <summary>
/// 100,000 random events, sensible or not, with random answers of the store: whatever comes, the machine asks for nothing that must not be
/// asked for. <c>TINYNANO_SEED</c> repeats a run.
/// </summary>
public sealed class UpdateMachineTests
{
    private const int Steps = 100000;
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("TINYNANO_SEED"), out int seed) ? seed : Environment.TickCount;
    private readonly UpdateSession _session = new();
    private readonly UpdateOptions _options = new();
    private readonly UpdateMachine _machine;
    private readonly Random _random;
    private readonly int[] _seen = new int[UpdateAction.PublishRefusal + 1];
    private bool _connected;
    private bool _proven;
    private bool _shadowed;
    private uint _offered;
    private uint _refused;
    private long _now;

    public UpdateMachineTests()
    {
        _machine = new UpdateMachine(_options, _session);
        _random = new Random(_seed);
    }

    [Fact]
    public void RandomEvents_LeadToNothingThatMustNotBe()
    {
        Feed(UpdateEvent.Restarted, 0, 0);
        for (int step = 0; step < Steps; step++)
        {
            _now += _random.Next(4) == 0 ? _random.Next(20000000) : _random.Next(200000);
            Step();
        }

        // A test that never gets anywhere shows nothing.
        Assert.All(Enumerable.Range(0, _seen.Length), a => Assert.True(_seen[a] > 20, Explain($"action {a} was asked for {_seen[a]} times")));
    }

    [Fact]
    public void RandomEvents_AllocateNothing()
    {
        UpdateMachine machine = new(_options, _session);
        long before = 0;
        for (int step = 0; step < 20000; step++)
        {
            if (step == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            UpdateActions actions = machine.Next(step % 25, step % 7 - 3, step % 3, step * 50000L);
            while (actions.Take())
            {
            }

            _session.State = step % 3;
            _session.Parts = 20;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Step()
    {
        switch (_random.Next(20))
        {
            case 0:
                // Few sessions, so that they come again.
                Feed(UpdateEvent.Offered, _random.Next(1, 2000), _random.Next(1, 3));
                break;
            case 1 when _random.Next(8) == 0:
                Feed(UpdateEvent.Withdrawn, 0, _random.Next(1, 3));
                break;
            case 2 when _random.Next(8) == 0:
                Restart();
                break;
            case 3:
                _connected = !_connected || _random.Next(4) != 0;
                Feed(_connected ? UpdateEvent.Connected : UpdateEvent.Disconnected, 0, 0);
                break;
            case 4 when _random.Next(4) == 0:
                Feed(UpdateEvent.GroupPart, 0, 0);
                break;
            case 5:
                Feed(UpdateEvent.PartWrong, _random.Next(40), _random.Next(2));
                break;
            case 6 when _random.Next(16) == 0:
                Feed(UpdateEvent.ServerRefused, _random.Next(3) == 0 ? InferenceStatus.Withdrawn : InferenceStatus.State, 0);
                break;
            case 7:
                _shadowed = true;
                Feed(UpdateEvent.ShadowCompared, _random.Next(12), _random.Next(12));
                break;
            case 8:
            case 9:
                Feed(UpdateEvent.HealthChecked, _random.Next(6) == 0 ? InferenceStatus.Health : 0, _random.Next(3));
                break;
            case 10:
                Feed(UpdateEvent.Busy, _random.Next(3) == 0 ? 1 : 0, 0);
                break;
            case 11 when _random.Next(40) == 0 && _machine.State == UpdateState.Receiving:
                _session.State = UpdateState.Empty;
                _session.Number = 0;
                Feed(UpdateEvent.CandidateLost, 0, 0);
                break;
            case < 16:
                StorePart();
                break;
            default:
                Feed(UpdateEvent.Tick, 0, 0);
                break;
        }
    }

    private void StorePart()
    {
        if (_session.State != UpdateState.Receiving || _machine.State != UpdateState.Receiving)
        {
            return;
        }

        bool isNew = _session.PartsStored < _session.Parts && _random.Next(8) != 0;
        _session.PartsStored += isNew ? 1 : 0;
        Feed(UpdateEvent.PartStored, _session.PartsStored - 1, isNew ? 0 : 1);
    }

    private void Restart()
    {
        // A new machine would be another object; this one is told the same.
        _proven = false;
        _shadowed = false;
        Feed(UpdateEvent.Restarted, 0, 0);
    }

    private void Feed(int kind, int value, int detail)
    {
        UpdateActions actions = _machine.Next(kind, value, detail, _now);
        while (actions.Take())
        {
            Assert.True(actions.Count < UpdateActions.Capacity);
            _seen[actions.Code]++;
            (int answer, int status) = CarryOut(actions.Code, actions.Value, actions.Detail);
            if (answer >= 0)
            {
                _machine.Next(answer, status, 0, _now);
            }
        }
    }

    private (int Answer, int Value) CarryOut(int action, int value, int detail)
    {
        bool fails = _random.Next(10) == 0;
        switch (action)
        {
            case UpdateAction.CheckManifest:
                _offered = (uint)value;
                int status = _session.State == UpdateState.Trial ? InferenceStatus.State : fails ? InferenceStatus.Signature : 0;
                _refused = status == InferenceStatus.Signature ? _offered : _refused;
                return (UpdateEvent.Checked, status);
            case UpdateAction.StartSession:
                Assert.NotEqual(_refused, _offered);
                Begin(_random.Next(10) == 0 ? ManifestKind.Revert : ManifestKind.Install);
                return (UpdateEvent.Began, 0);
            case UpdateAction.FindMissing:
                Require(UpdateState.Receiving);
                return (UpdateEvent.Missing, value < _session.PartsStored ? _session.PartsStored < _session.Parts ? _session.PartsStored : -1 : value < _session.Parts ? value : -1);
            case UpdateAction.Request:
                Require(UpdateState.Receiving);
                Assert.True(_connected, Explain("a request without a connection"));
                Assert.InRange(System.Numerics.BitOperations.PopCount((uint)detail), 1, _options.WindowOf(_session.ChunkBytes));
                Assert.Equal(1, detail & 1);
                Assert.InRange(value + 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)detail), 0, _session.Parts - 1);
                return (-1, 0);
            case UpdateAction.Complete:
                Require(UpdateState.Receiving);
                Assert.Equal(_session.Parts, _session.PartsStored);
                _session.State = fails ? UpdateState.Refused : UpdateState.Stored;
                _session.Status = fails ? InferenceStatus.Hash : 0;
                return (UpdateEvent.Completed, _session.Status);
            case UpdateAction.Prove:
                Require(UpdateState.Stored);
                _proven = !fails;
                return (UpdateEvent.Proved, fails ? InferenceStatus.Proof : 0);
            case UpdateAction.OpenShadow:
                Assert.True(_proven);
                _shadowed = false;
                return (UpdateEvent.ShadowOpened, fails ? InferenceStatus.Arena : 0);
            case UpdateAction.Activate:
                Require(UpdateState.Stored);
                Assert.True(_proven, Explain("activation without a proof"));
                Assert.True(_shadowed || _session.ShadowEvery == 0, Explain("activation without the shadow that was asked for"));
                _session.State = fails ? UpdateState.Stored : UpdateState.Trial;
                return (UpdateEvent.Activated, fails ? InferenceStatus.Flash : 0);
            case UpdateAction.Reload:
                return (UpdateEvent.Reloaded, fails ? InferenceStatus.Arena : 0);
            case UpdateAction.Confirm:
                Require(UpdateState.Trial);
                _session.State = fails ? UpdateState.Trial : UpdateState.Confirmed;
                return (UpdateEvent.Confirmed, fails ? InferenceStatus.Flash : 0);
            case UpdateAction.Refuse:
                Assert.True(_session.State is UpdateState.Receiving or UpdateState.Stored, Explain("a refusal of no candidate"));
                Assert.InRange(value, -255, -1);
                _session.State = UpdateState.Refused;
                _session.Status = value;
                return (UpdateEvent.Refused, 0);
            case UpdateAction.Revert:
                Require(UpdateState.Trial);
                Assert.InRange(value, -255, -1);
                _session.State = fails ? UpdateState.Trial : UpdateState.Reverted;
                _session.Status = fails ? 0 : value;
                return (UpdateEvent.Reverted, fails ? InferenceStatus.Flash : 0);
            default:
                return (-1, 0);
        }
    }

    private void Begin(int kind)
    {
        _proven = false;
        _shadowed = false;
        _session.Number = _offered;
        _session.Kind = kind;
        _session.Status = 0;
        _session.State = kind == ManifestKind.Install ? UpdateState.Receiving : UpdateState.Reverted;
        _session.ChunkBytes = 512 << _random.Next(3);
        _session.Parts = _random.Next(2, 40);
        _session.Pages = 1;
        _session.PartsStored = 0;
        _session.HealthSeconds = _random.Next(60);
        _session.ShadowEvery = _random.Next(2);
        _session.ShadowSamples = 10;
        _session.ShadowAgreement = 50;
    }

    private void Require(int state) => Assert.True(_session.State == state, Explain($"an action of state {state} in state {_session.State}"));

    private string Explain(string what) => $"{what} (seed {_seed})";
}
