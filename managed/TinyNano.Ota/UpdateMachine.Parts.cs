using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <content>Parts: what is asked for and when, until all are there.</content>
    public sealed partial class UpdateMachine
    {
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

        private void OnCandidateLost(long now)
        {
            // The index was wrong as a whole, or the flash failed where the session is noted.
            uint number = Number;
            _losses = number == _lostNumber ? _losses + 1 : 1;
            _lostNumber = number;
            _lostSource = _source;
            Adopt();
            _offered = number;
            _offeredSource = _source;
            _pull.Start(_session.ChunkBytes);
            if (_losses > MaxLosses)
            {
                RefuseOffer(InferenceStatus.Hash);
            }
            else
            {
                _retryAt = now + _options.RetryMilliseconds * 1000L;
                _lost = true;
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
            if (_lost && now >= _retryAt)
            {
                _lost = false;
                _offered = _lostNumber;
                _offeredSource = _lostSource;
                Check();
            }

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
    }
}
