using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <summary>
    /// Decides what an update does next. Events go in, actions come out; store, network, clock and models are the driver's
    /// (<see cref="ModelUpdater"/>). What must survive a restart is what the store says; the machine adds the shadow, time-outs, and
    /// which manifests it has refused. Nothing allocates after construction.
    /// </summary>
    public sealed partial class UpdateMachine
    {
        private const int Tenths = 10;

        // Times that one manifest may begin anew.
        private const int MaxLosses = 3;
        private const long MicrosecondsPerSecond = 1000000;

        private readonly UpdateOptions _options;
        private readonly UpdateSession _session;
        private readonly UpdateActions _actions = new UpdateActions();
        private readonly PartPull _pull;
        private readonly uint[] _refused = new uint[4];
        private int _nextRefused;
        private uint _offered;
        private int _offeredSource;
        private int _source;
        private bool _connected;
        private int _deferredSource;
        private bool _busy;
        private bool _lost;
        private uint _lostNumber;
        private int _lostSource;
        private int _losses;
        private int _searchFrom;
        private int _tenth;
        private long _trialFrom;
        private long _retryAt;

        /// <param name="options">How to fetch.</param>
        /// <param name="session">Filled by the driver before each event that answers an action, and before <see cref="UpdateEvent.Restarted"/>.</param>
        public UpdateMachine(UpdateOptions options, UpdateSession session)
        {
            _options = options;
            _session = session;
            _pull = new PartPull(options);
        }

        /// <summary>One of <see cref="UpdateState"/>.</summary>
        public int State { get; private set; }

        /// <summary>Why the candidate was refused or reverted, or -28 while the server is silent; 0 for none.</summary>
        public int Status { get; private set; }

        /// <summary>Session of the manifest that the state is of.</summary>
        public uint Number { get; private set; }

        /// <summary>Session of a manifest that waits for the end of a trial; 0 for none.</summary>
        public uint Deferred { get; private set; }

        /// <summary>Session of a manifest that will be checked again: deferred, or to begin anew; 0 for none.</summary>
        internal uint Awaited
        {
            get { return Deferred != 0 ? Deferred : _lost ? _lostNumber : 0; }
        }

        /// <summary>The state is that of a manifest that the store never accepted.</summary>
        public bool IsRefusedOffer { get; private set; }

        /// <summary>A copy or patch did not come out: only raw parts are asked for.</summary>
        public bool RawOnly { get; private set; }

        /// <summary>Parts of the candidate that are stored.</summary>
        public int PartsStored { get; private set; }

        /// <summary>An event, by its kind, value and detail (<see cref="UpdateEvent"/>).</summary>
        /// <param name="kind">One of <see cref="UpdateEvent"/>.</param>
        /// <param name="value">As the kind says.</param>
        /// <param name="detail">As the kind says.</param>
        /// <param name="now">Microseconds of any clock that does not go back.</param>
        /// <returns>What to do now, the same object every time; to be carried out before the next event.</returns>
        public UpdateActions Next(int kind, int value, int detail, long now)
        {
            switch (kind)
            {
                case UpdateEvent.Restarted: GoOn(now); break;
                case UpdateEvent.Offered: OnOffered((uint)value, detail); break;
                case UpdateEvent.Checked: OnChecked(value, now); break;
                case UpdateEvent.Withdrawn: OnWithdrawn(detail); break;
                case UpdateEvent.Began: OnBegan(value, now); break;
                case UpdateEvent.Missing: OnMissing(value, now); break;
                case UpdateEvent.PartStored: OnStored(value, detail, now); break;
                case UpdateEvent.PartWrong: OnWrong(value, detail, now); break;
                case UpdateEvent.ServerRefused: OnServerRefused(value, now); break;
                case UpdateEvent.GroupPart: OnGroupPart(now); break;
                case UpdateEvent.Tick: OnTick(now); break;
                case UpdateEvent.Connected: OnConnected(now); break;
                case UpdateEvent.Disconnected: OnDisconnected(); break;
                case UpdateEvent.Completed: OnCompleted(value, now); break;
                case UpdateEvent.Proved: OnProved(value); break;
                case UpdateEvent.ShadowOpened: OnShadowOpened(value); break;
                case UpdateEvent.ShadowCompared: OnShadowCompared(value, detail); break;
                case UpdateEvent.Activated: OnActivated(value, now); break;
                case UpdateEvent.Reloaded: OnReloaded(value); break;
                case UpdateEvent.HealthChecked: OnHealthChecked(value, detail, now); break;
                case UpdateEvent.Confirmed: OnConfirmed(value, now); break;
                case UpdateEvent.Refused: OnRefused(value); break;
                case UpdateEvent.Reverted: OnReverted(value, now); break;
                case UpdateEvent.Busy: OnBusy(value != 0, now); break;
                case UpdateEvent.CandidateLost: OnCandidateLost(now); break;
                default: break;
            }

            return _actions;
        }

        // --- the store's word ---

        private void Adopt()
        {
            State = _session.State;
            Status = _session.Status;
            Number = _session.Number;
            PartsStored = _session.PartsStored;
            IsRefusedOffer = false;
            _tenth = Tenth();
        }

        private void Enter(long now)
        {
            _actions.Add(UpdateAction.Publish);
            GoOn(now);
        }

        private void GoOn(long now)
        {
            Adopt();
            _pull.Start(_session.ChunkBytes);
            if (State == UpdateState.Receiving)
            {
                Fill(now);
            }
            else if (State == UpdateState.Stored)
            {
                _actions.Add(UpdateAction.Prove);
            }
            else if (State == UpdateState.Trial)
            {
                BeginTrial(now);
            }
        }

        // --- manifests ---

        private void OnOffered(uint session, int source)
        {
            if (session == Number && State != UpdateState.Empty)
            {
                _source = source;
                return;
            }

            if (_lost && session == _lostNumber)
            {
                // It begins anew in a while.
                _lostSource = source;
                return;
            }

            for (int i = 0; i < _refused.Length; i++)
            {
                if (session == _refused[i])
                {
                    return;
                }
            }

            _offered = session;
            _offeredSource = source;
            Check();
        }

        private void OnChecked(int status, long now)
        {
            if (status == 0)
            {
                LeaveShadow();
                Deferred = 0;
                _lost = false;
                _actions.Add(UpdateAction.StartSession);
            }
            else if (status > 0)
            {
                // The store has dealt with it before.
                if (_session.Number == _offered)
                {
                    _source = _offeredSource;
                    LeaveShadow();
                    Enter(now);
                }
                else
                {
                    RememberRefused();
                }
            }
            else if (status == InferenceStatus.State && State == UpdateState.Trial)
            {
                Defer();
            }
            else
            {
                RefuseOffer(status);
            }
        }

        private void Check()
        {
            _actions.Add(UpdateAction.CheckManifest, (int)_offered, 0);
        }

        private void Defer()
        {
            Deferred = _offered;
            _deferredSource = _offeredSource;
        }

        private void CheckDeferred()
        {
            if (Deferred != 0)
            {
                _offered = Deferred;
                _offeredSource = _deferredSource;
                Deferred = 0;
                Check();
            }
        }

        private void RefuseOffer(int status)
        {
            RememberRefused();
            if (State == UpdateState.Empty || State == UpdateState.Refused)
            {
                State = UpdateState.Refused;
                Status = status;
                Number = _offered;
                PartsStored = 0;
                IsRefusedOffer = true;
            }

            _actions.Add(UpdateAction.PublishRefusal, status, (int)_offered);
            bool active = State == UpdateState.Receiving || State == UpdateState.Stored || State == UpdateState.Shadow || State == UpdateState.Trial;
            if (active || (status == InferenceStatus.Stale && !IsRefusedOffer))
            {
                _actions.Add(UpdateAction.Publish);
            }
        }

        private void RememberRefused()
        {
            _refused[_nextRefused] = _offered;
            _nextRefused = (_nextRefused + 1) % _refused.Length;
        }

        private void OnBegan(int status, long now)
        {
            if (status == InferenceStatus.State && State == UpdateState.Trial)
            {
                Defer();
                return;
            }

            if (status < 0)
            {
                Adopt();
                RefuseOffer(status);
                return;
            }

            if (_session.Number != _offered)
            {
                OnNoted(now);
                return;
            }

            _source = _offeredSource;
            RawOnly = false;
            if (_session.Kind != ManifestKind.Install)
            {
                Adopt();
                _actions.Add(UpdateAction.Reload);
                _actions.Add(UpdateAction.Publish);
                return;
            }

            Enter(now);
            if (State == UpdateState.Receiving && _source == ManifestSource.Group)
            {
                _pull.WaitForGroup(now);
            }
        }

        // A manifest that concerns another model: what there was goes on.
        private void OnNoted(long now)
        {
            GoOn(now);
            if (State == UpdateState.Receiving || State == UpdateState.Stored)
            {
                _actions.Add(UpdateAction.Publish);
            }
            else
            {
                _actions.Add(UpdateAction.PublishRefusal, 0, (int)_offered);
            }
        }

        private void OnWithdrawn(int source)
        {
            if (source == _deferredSource)
            {
                Deferred = 0;
            }

            if (source == _lostSource)
            {
                _lost = false;
            }

            if (source == _source)
            {
                GiveUp(InferenceStatus.Withdrawn);
            }
        }

        private void GiveUp(int status)
        {
            LeaveShadow();
            if (State == UpdateState.Receiving || State == UpdateState.Stored)
            {
                _actions.Add(UpdateAction.Refuse, status, 0);
            }
            else if (State == UpdateState.Trial)
            {
                _actions.Add(UpdateAction.Revert, status, 0);
            }
        }
    }
}
