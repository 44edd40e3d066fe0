using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <summary>
    /// Decides what an update does next. Events go in, actions come out; store, network, clock and models are the driver's
    /// (<see cref="ModelUpdater"/>). What must survive a restart is what the store says; the machine adds the shadow, time-outs, and
    /// which manifests it has refused. Nothing allocates after construction.
    /// </summary>
    public sealed class UpdateMachine
    {
        private const int Tenths = 10;
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
        private bool _deferred;
        private bool _busy;
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
                case UpdateEvent.Restarted: Enter(now); break;
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
            Adopt();
            _pull.Start(_session.ChunkBytes);
            _actions.Add(UpdateAction.Publish);
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

            for (int i = 0; i < _refused.Length; i++)
            {
                if (session == _refused[i])
                {
                    return;
                }
            }

            _offered = session;
            _offeredSource = source;
            _actions.Add(UpdateAction.CheckManifest);
        }

        private void OnChecked(int status, long now)
        {
            if (status == 0)
            {
                LeaveShadow();
                _deferred = false;
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
                _deferred = true;
            }
            else
            {
                RefuseOffer(status);
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

            _actions.Add(UpdateAction.PublishRefusal, status, 0);
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
                _deferred = true;
                return;
            }

            if (status < 0)
            {
                Adopt();
                RefuseOffer(status);
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

        private void OnWithdrawn(int source)
        {
            if (source == _offeredSource)
            {
                _deferred = false;
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

        // --- parts ---

        private void Fill(long now)
        {
            // With every part there, nobody needs to be asked.
            bool complete = PartsStored >= _session.Parts && now >= _retryAt;
            if (State == UpdateState.Receiving && (complete || (_connected && !_busy && _pull.MayFill(now))))
            {
                Find(0);
            }
        }

        private void Find(int from)
        {
            _searchFrom = from;
            _actions.Add(UpdateAction.FindMissing, from, 0);
        }

        private void OnMissing(int part, long now)
        {
            if (State != UpdateState.Receiving)
            {
                return;
            }

            if (part < 0 && _searchFrom == 0)
            {
                _actions.Add(UpdateAction.Complete);
                return;
            }

            if (!_connected || _busy || !_pull.MayTake(now))
            {
                // Was taken for complete: parts had been lost with a sector of the flash.
                PartsStored = _session.PartsStored;
                return;
            }

            int next = part < 0 ? -1 : _pull.Take(part, _session.Pages);
            if (next >= 0)
            {
                Find(next);
            }
            else
            {
                _pull.Request(_actions, now);
            }
        }

        private void OnStored(int part, int wasThere, long now)
        {
            if (State != UpdateState.Receiving)
            {
                return;
            }

            _pull.Remove(part);
            _pull.Progress();
            if (wasThere == 0)
            {
                PartsStored++;
            }

            if (Tenth() > _tenth || Status != 0)
            {
                _tenth = Tenth();
                Status = 0;
                _actions.Add(UpdateAction.Publish);
            }

            Fill(now);
        }

        private int Tenth()
        {
            return _session.Parts == 0 ? 0 : PartsStored * Tenths / _session.Parts;
        }

        private void OnWrong(int part, int wasDelta, long now)
        {
            // A raw part that is wrong was damaged on its way: its time-out asks again. Copies and patches would come again as they are.
            if (State == UpdateState.Receiving && wasDelta != 0 && !RawOnly)
            {
                RawOnly = true;
                _pull.Remove(part);
                Fill(now);
            }
        }

        private void OnServerRefused(int status, long now)
        {
            if (status == InferenceStatus.Withdrawn)
            {
                GiveUp(status);
            }
            else if (State == UpdateState.Receiving)
            {
                Complain(now);
            }
        }

        private void Complain(long now)
        {
            _pull.Pause(now, _options.SlowMilliseconds);
            if (Status != InferenceStatus.Timeout)
            {
                Status = InferenceStatus.Timeout;
                _actions.Add(UpdateAction.Publish);
            }
        }

        private void OnGroupPart(long now)
        {
            if (State == UpdateState.Receiving)
            {
                _pull.WaitForGroup(now);
            }
        }

        private void OnBusy(bool busy, long now)
        {
            _busy = busy;
            _pull.Extend(now);
            if (!busy)
            {
                Fill(now);
            }
        }

        private void OnTick(long now)
        {
            if (State != UpdateState.Receiving || !_connected || _busy)
            {
                return;
            }

            _pull.Retry(_actions, now);
            if (_pull.Silent >= _options.SilentRequests)
            {
                Complain(now);
                _pull.Forgive();
            }
            else
            {
                Fill(now);
            }
        }

        private void OnConnected(long now)
        {
            _connected = true;
            _pull.Start(_session.ChunkBytes);
            if (_source == ManifestSource.Group)
            {
                // A delivery may be under way.
                _pull.WaitForGroup(now);
            }

            _actions.Add(UpdateAction.Publish);
            Fill(now);
        }

        private void OnDisconnected()
        {
            _connected = false;
            _pull.Start(_session.ChunkBytes);
        }

        private void OnCompleted(int status, long now)
        {
            Adopt();
            if (State == UpdateState.Receiving)
            {
                // Parts were lost, or the flash failed.
                _retryAt = now + _options.RetryMilliseconds * 1000L;
                _pull.Pause(now, _options.RetryMilliseconds);
                Status = status;
            }

            _actions.Add(UpdateAction.Publish);
            if (State == UpdateState.Stored)
            {
                _actions.Add(UpdateAction.Prove);
            }
        }

        // --- proof, shadow, trial ---

        private void OnProved(int status)
        {
            if (State != UpdateState.Stored)
            {
                return;
            }

            if (status < 0)
            {
                _actions.Add(UpdateAction.Refuse, status, 0);
            }
            else
            {
                bool shadow = _session.ShadowEvery > 0 && _session.ShadowSamples > 0;
                _actions.Add(shadow ? UpdateAction.OpenShadow : UpdateAction.Activate);
            }
        }

        private void OnShadowOpened(int status)
        {
            if (State != UpdateState.Stored)
            {
                return;
            }

            if (status < 0)
            {
                _actions.Add(UpdateAction.Refuse, status, 0);
            }
            else
            {
                State = UpdateState.Shadow;
                _actions.Add(UpdateAction.Publish);
            }
        }

        private void OnShadowCompared(int samples, int agreed)
        {
            if (State != UpdateState.Shadow || samples < _session.ShadowSamples)
            {
                return;
            }

            LeaveShadow();
            if ((long)agreed * 100 >= (long)samples * _session.ShadowAgreement)
            {
                _actions.Add(UpdateAction.Activate);
            }
            else
            {
                _actions.Add(UpdateAction.Refuse, InferenceStatus.Shadow, 0);
            }
        }

        private void LeaveShadow()
        {
            if (State == UpdateState.Shadow)
            {
                State = UpdateState.Stored;
                _actions.Add(UpdateAction.CloseShadow);
            }
        }

        private void OnActivated(int status, long now)
        {
            Adopt();
            if (State == UpdateState.Trial)
            {
                _actions.Add(UpdateAction.Publish);
                _actions.Add(UpdateAction.Reload);
                BeginTrial(now);
            }
            else if (State == UpdateState.Stored)
            {
                _actions.Add(UpdateAction.Refuse, status < 0 ? status : InferenceStatus.State, 0);
            }
            else
            {
                _actions.Add(UpdateAction.Publish);
            }
        }

        private void BeginTrial(long now)
        {
            _trialFrom = now;
            _retryAt = 0;
            _actions.Add(UpdateAction.BeginTrial);
        }

        private void OnReloaded(int status)
        {
            if (status < 0 && State == UpdateState.Trial)
            {
                _actions.Add(UpdateAction.Revert, InferenceStatus.Health, 0);
            }
        }

        private void OnHealthChecked(int status, int inferences, long now)
        {
            if (State != UpdateState.Trial || now < _retryAt)
            {
                return;
            }

            if (status < 0)
            {
                _actions.Add(UpdateAction.Revert, status, 0);
            }
            else if (inferences > 0 && now - _trialFrom >= _session.HealthSeconds * MicrosecondsPerSecond)
            {
                _actions.Add(UpdateAction.Confirm);
            }
        }

        private void OnConfirmed(int status, long now)
        {
            Adopt();
            EndTrial(status, now);
        }

        private void OnReverted(int status, long now)
        {
            Adopt();
            if (State != UpdateState.Trial)
            {
                _actions.Add(UpdateAction.Reload);
            }

            EndTrial(status, now);
        }

        private void EndTrial(int status, long now)
        {
            _actions.Add(UpdateAction.Publish);
            if (State == UpdateState.Trial)
            {
                // The flash refused; the store still is what it was.
                Status = status;
                _retryAt = now + _options.RetryMilliseconds * 1000L;
            }
            else if (_deferred)
            {
                _deferred = false;
                _actions.Add(UpdateAction.CheckManifest);
            }
        }

        private void OnRefused(int status)
        {
            uint number = Number;
            int reason = status < 0 ? status : _session.Status;
            Adopt();
            if (State == UpdateState.Receiving || State == UpdateState.Stored)
            {
                // The flash refused to remember it: until the next start it is refused all the same.
                State = UpdateState.Refused;
                Status = reason;
                Number = number;
            }

            _actions.Add(UpdateAction.Publish);
        }
    }
}
