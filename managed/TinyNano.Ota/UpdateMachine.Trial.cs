using TinyNano.Contracts;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <content>From a stored candidate to a confirmed model, or back: proof, shadow, trial.</content>
    public sealed partial class UpdateMachine
    {
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
            else if (status > 0)
            {
                _actions.Add(UpdateAction.Activate);
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
            else
            {
                CheckDeferred();
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
