using System;
using System.Device.Gpio;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>
    /// The life of the device: find the model, open the sensor, then capture, infer and publish until told to stop. What goes wrong is
    /// published as a state, and the device stays reachable; it never restarts because of it.
    /// </summary>
    public sealed class Application
    {
        private const int IdleMilliseconds = 100;
        private const int SensorRetryMilliseconds = 10000;
        private const int SleepFlushMilliseconds = 20000;

        // What a sensor may take to wake up and give one window.
        private const int PatienceSeconds = 10;

        private readonly AppSettings _settings;
        private readonly IClock _clock;
        private readonly DeviceLink _link;
        private readonly GpioController _gpio = new GpioController();
        private readonly GpioPin _pin;
        private UpdateLoop _updates;
        private ISampleSource _source;
        private ITrigger _trigger;
        private CaptureLoop _loop;
        private int _windowFrames;
        private int _factoryStatus;
        private int _inputLength;
        private Pipeline _pipeline;
        private readonly LoopTotals _totals = new LoopTotals();

        public Application(AppSettings settings, IClock clock)
        {
            _settings = settings;
            _clock = clock;
            _link = new DeviceLink(settings, string.IsNullOrEmpty(settings.DeviceId) ? Board.DeviceId : settings.DeviceId, clock);
            _pin = settings.OutputPin < 0 ? null : _gpio.OpenPin(settings.OutputPin, PinMode.Output);
        }

        /// <summary>Returns when the board says so.</summary>
        public void Run()
        {
            bool sleeps = _settings.DeepSleepSeconds > 0;
            RestartCounter restarts = new RestartCounter(_settings.StorageRoot);

            // A device that sleeps starts all the time; counting would wear out the flash.
            _link.Reporter.Restarts = sleeps ? restarts.Read() : restarts.Count();
            if (sleeps)
            {
                RunOnce();
            }
            else
            {
                _link.StartInBackground();
                _link.Say(DeviceState.Booting);
                RunOn();
            }

            Close();
            if (sleeps && !Board.ShouldStop)
            {
                Board.DeepSleep(_settings.DeepSleepSeconds);
            }
        }

        // Works first and joins the network afterwards: the radio is what empties a battery.
        private void RunOnce()
        {
            try
            {
                _link.Say(TryOnce(), _factoryStatus, InferenceException.Unknown, InferenceException.Unknown);
            }
            catch (Exception e)
            {
                SayFailed(e);
            }

            if (_settings.TelemetrySeconds > 0)
            {
                _link.Reporter.PublishTelemetry(_clock.Microseconds);
            }

            _link.Health.Close();
            _link.Start();
            _link.Flush(SleepFlushMilliseconds);
        }

        private int TryOnce()
        {
            if (!OpenModel())
            {
                return DeviceState.NoModel;
            }

            if (!OpenSensor())
            {
                return DeviceState.NoSensor;
            }

            bool hasResult = CaptureOnce();
            Count();
            return hasResult ? DeviceState.Sleeping : DeviceState.NoSensor;
        }

        private void RunOn()
        {
            while (!Board.ShouldStop)
            {
                try
                {
                    if (_updates == null ? OpenModel() : _updates.Models.Model != null)
                    {
                        Work();
                    }
                    else
                    {
                        TakeModel();
                        _link.Say(DeviceState.NoModel, _factoryStatus, InferenceException.Unknown, InferenceException.Unknown);
                    }
                }
                catch (Exception e)
                {
                    SayFailed(e);
                    StopLoop();
                    if (_updates != null)
                    {
                        _updates.RecordFailure();
                    }
                }

                // An update may bring a model, or another one.
                while (!Board.ShouldStop && (_updates == null || !_updates.Models.HasChanged))
                {
                    Idle(IdleMilliseconds);
                }
            }

            _link.Health.Close();
            _link.Say(DeviceState.Stopped);
        }

        private void SayFailed(Exception e)
        {
            InferenceException known = e as InferenceException;
            if (known != null)
            {
                _link.Say(DeviceState.Failed, known.Status, known.Step, known.Tensor);
                return;
            }

            // Nothing that has a code; status -1 says that settings or program broke a contract.
            _link.Say(DeviceState.Failed, InferenceStatus.Arg, InferenceException.Unknown, InferenceException.Unknown);
        }

        // Until the board stops or the model is another one.
        private void Work()
        {
            TakeModel();
            while (!OpenSensor())
            {
                _link.Say(DeviceState.NoSensor);
                for (int waited = 0; waited < SensorRetryMilliseconds; waited += IdleMilliseconds)
                {
                    Idle(IdleMilliseconds);
                    if (Board.ShouldStop || _updates.Models.HasChanged)
                    {
                        return;
                    }
                }
            }

            _link.Say(DeviceState.Running, _factoryStatus, InferenceException.Unknown, InferenceException.Unknown);
            if (_trigger == null)
            {
                _loop.Start();
            }

            while (!Board.ShouldStop && !_updates.Models.HasChanged)
            {
                if (_trigger == null)
                {
                    _loop.Step();
                }
                else if (_trigger.Wait(IdleMilliseconds))
                {
                    CaptureOnce();
                }

                Count();
                _link.Tick();
                _updates.Tick();
            }

            StopLoop();
        }

        private void TakeModel()
        {
            _updates.Models.TakeChange();
            _updates.Models.Describe(_link.State);
        }

        /// <returns>False where there is no model. Why a factory model was refused stays in <see cref="_factoryStatus"/>.</returns>
        private bool OpenModel()
        {
            IModelSlots slots = Engine.OpenSlots(_settings.StorageRoot);
            PackageEngine engines = new PackageEngine();
            UpdateLoop updates = new UpdateLoop(_settings, _link, _clock, slots, engines);
            _link.State.Engine = slots.GetType().Name == "NativeSlots" ? EngineKind.Native : EngineKind.Managed;
            ModelInstaller installer = new ModelInstaller(slots, engines, _settings.StorageRoot);
            installer.IsUpdating = updates.IsBusy;
            installer.IsUpdated = updates.IsConfirmed;
            _updates = updates;
            try
            {
                // A candidate that was stored before the start may have been activated already.
                if (updates.Models.Model == null)
                {
                    updates.Models.Use(installer.Open());
                }
            }
            finally
            {
                _factoryStatus = installer.FactoryStatus;
                TakeModel();
            }

            return updates.Models.Model != null;
        }

        /// <returns>False where the sensor does not answer.</returns>
        private bool OpenSensor()
        {
            Model model = _updates.Models.Model;
            if (_source != null && _inputLength != model.Input.Length)
            {
                _source.Dispose();
                _source = null;
            }

            try
            {
                _inputLength = model.Input.Length;
                _source = _source == null ? SensorFactory.Open(_settings, _inputLength) : _source;
            }
            catch (Exception)
            {
                return false;
            }

            _windowFrames = model.Input.Length / _source.Channels;
            if (_windowFrames < 1 || _windowFrames * _source.Channels != model.Input.Length || !model.Input.IsQuantized)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            int stride = _settings.WindowStride > 0 ? _settings.WindowStride : _windowFrames;
            FeatureScaler scaler = new FeatureScaler(_settings.ScaleA, _settings.ScaleB, model.Input.Scale, model.Input.ZeroPoint);
            SampleWindow window = new SampleWindow(_source.Channels, _windowFrames, stride, scaler);
            Pipeline pipeline = new Pipeline(model, window, new OutputRule(_settings.OutputClass, _settings.OutputThreshold));
            pipeline.Result.Inference = _pipeline == null ? 0 : _pipeline.Result.Inference;
            pipeline.Watch = _link.Health.Watch(model, _link.State.ModelCrc);
            _pipeline = pipeline;
            _updates.Sink = new ResultPublisher(_link.Reporter, _clock, _pin, _settings.PublishJson ? model : null);
            _updates.Pipeline = pipeline;
            _loop = new CaptureLoop(_source, _clock, _settings.SampleRate, stride, window, pipeline, _updates);
            if (_settings.TriggerPin >= 0 && _trigger == null)
            {
                _trigger = new GpioTrigger(_gpio, _settings.TriggerPin, _settings.TriggerFalling);
            }

            return true;
        }

        private bool CaptureOnce()
        {
            return _loop.Once(_settings.SampleRate * PatienceSeconds + _windowFrames);
        }

        private void Idle(int milliseconds)
        {
            _link.Tick();
            if (_updates != null)
            {
                _updates.Tick();
            }

            _clock.SleepUntil(_clock.Microseconds + milliseconds * 1000);
        }

        private void Count()
        {
            if (_loop != null)
            {
                _totals.Fill(_link.Reporter.Counters, _loop, _source);
                _updates.CountErrors(_source.Errors);
            }
        }

        // The next loop counts anew, telemetry does not.
        private void StopLoop()
        {
            if (_loop != null)
            {
                _loop.Stop();
                _totals.Add(_loop, _source);
                _loop = null;
            }
        }

        private void Close()
        {
            if (_loop != null)
            {
                _loop.Stop();
            }

            if (_trigger != null)
            {
                _trigger.Dispose();
            }

            if (_source != null)
            {
                _source.Dispose();
            }

            _link.Dispose();
            if (_updates != null)
            {
                _updates.Models.Dispose();
            }
        }
    }
}
