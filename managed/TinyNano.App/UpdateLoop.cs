using System;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>
    /// Updates in the life of the application: ticks the updater between inferences and tells a trial how the model fares. Results pass
    /// through to the sink behind.
    /// </summary>
    internal sealed class UpdateLoop : IResultSink
    {
        private const long HeapInterval = 1000000;

        private readonly DeviceLink _link;
        private readonly IClock _clock;
        private readonly InferenceHealth _health;
        private readonly ModelUpdater _updater;
        private long _heapDue;
        private int _errors;

        internal UpdateLoop(AppSettings settings, DeviceLink link, IClock clock, IModelSlots slots, IEngineFactory engines)
        {
            _link = link;
            _clock = clock;
            _health = new InferenceHealth(settings.TrialSilenceSeconds, settings.TrialHeapFloor, settings.TrialSensorErrors);
            Models = new ModelHost(slots, engines, link.Reporter, _health);

            // A device in deep sleep starts all the time, which a trial would take for crashes.
            if (settings.Updates && settings.DeepSleepSeconds <= 0)
            {
                UpdateOptions options = new UpdateOptions();
                options.Seed = link.Seed;
                _updater = new ModelUpdater(Engine.OpenUpdates(), link.Bus, link.Topics, options, Models);
                _updater.Start(clock.Microseconds);
            }
            else
            {
                // A trial that began under other settings must end all the same.
                Engine.OpenUpdates().CountStart();
            }
        }

        /// <summary>The model that runs.</summary>
        internal ModelHost Models { get; }

        /// <summary>Exceptions that ticks have thrown.</summary>
        internal int Errors { get; private set; }

        /// <summary>Whose results these are.</summary>
        internal Pipeline Pipeline { get; set; }

        /// <summary>Where results go.</summary>
        internal IResultSink Sink { get; set; }

        /// <summary>A candidate is on its way: the slot that is not active is its.</summary>
        internal bool IsBusy
        {
            get
            {
                int state = _updater == null ? UpdateState.Empty : _updater.State;
                return state == UpdateState.Receiving || state == UpdateState.Stored || state == UpdateState.Shadow || state == UpdateState.Trial;
            }
        }

        /// <summary>The active model came by an update that was confirmed.</summary>
        internal bool IsConfirmed
        {
            get { return _updater != null && _updater.State == UpdateState.Confirmed; }
        }

        public void OnResult(ResultMessage result)
        {
            _health.RecordInference(_clock.Microseconds, (int)result.LatencyMicroseconds);
            Sink.OnResult(result);
            Models.Compare(Pipeline.Input, result);
        }

        /// <summary>The model could not be run.</summary>
        internal void RecordFailure()
        {
            _health.RecordFailure();
        }

        /// <summary>Errors of the sensor since the start, as it counts them.</summary>
        internal void CountErrors(int errors)
        {
            for (int i = _errors; i < errors; i++)
            {
                _health.RecordSensorError();
            }

            _errors = errors;
        }

        internal void Tick()
        {
            if (_updater == null)
            {
                return;
            }

            long now = _clock.Microseconds;
            if (_updater.State == UpdateState.Trial && now >= _heapDue)
            {
                _heapDue = now + HeapInterval;
                _health.RecordFreeHeap(_link.FreeHeapBytes);
            }

            try
            {
                _updater.Tick(now);
            }
            catch (Exception)
            {
                // Nothing that an update does may stop the device; the next tick goes on from what the store says.
                Errors++;
            }
        }
    }
}
