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

        // What a sensor may take to fill one window before sleep: a second to wake up, and windows' worth of frames.
        private const int PatienceWindows = 4;

        private readonly AppSettings _settings;
        private readonly IClock _clock;
        private readonly DeviceLink _link;
        private readonly GpioController _gpio = new GpioController();
        private readonly GpioPin _pin;
        private Model _model;
        private ISampleSource _source;
        private ITrigger _trigger;
        private CaptureLoop _loop;
        private int _windowFrames;

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
            int state = DeviceState.Sleeping;
            try
            {
                if (!OpenModel())
                {
                    state = DeviceState.NoModel;
                }
                else if (!OpenSensor())
                {
                    state = DeviceState.NoSensor;
                }
                else
                {
                    _loop.Once(_settings.SampleRate + PatienceWindows * _windowFrames);
                }

                Count();
                _link.Say(state);
            }
            catch (InferenceException e)
            {
                _link.Say(DeviceState.Failed, e.Status, e.Step, e.Tensor);
            }

            _link.Reporter.PublishTelemetry(_clock.Microseconds);
            _link.Start();
            _link.Flush(SleepFlushMilliseconds);
        }

        private void RunOn()
        {
            try
            {
                if (!OpenModel())
                {
                    _link.Say(DeviceState.NoModel, _link.State.Status, InferenceException.Unknown, InferenceException.Unknown);
                }
                else
                {
                    Work();
                }
            }
            catch (InferenceException e)
            {
                _link.Say(DeviceState.Failed, e.Status, e.Step, e.Tensor);
            }
            catch (Exception)
            {
                // Nothing that is known; status -1 says that this program broke a contract.
                _link.Say(DeviceState.Failed, InferenceStatus.Arg, InferenceException.Unknown, InferenceException.Unknown);
            }

            while (!Board.ShouldStop)
            {
                Idle(IdleMilliseconds);
            }

            _link.Say(DeviceState.Stopped);
        }

        private void Work()
        {
            while (!OpenSensor())
            {
                _link.Say(DeviceState.NoSensor);
                for (int waited = 0; waited < SensorRetryMilliseconds; waited += IdleMilliseconds)
                {
                    Idle(IdleMilliseconds);
                    if (Board.ShouldStop)
                    {
                        return;
                    }
                }
            }

            _link.Say(DeviceState.Running, _link.State.Status, InferenceException.Unknown, InferenceException.Unknown);
            if (_trigger == null)
            {
                _loop.Start();
            }

            while (!Board.ShouldStop)
            {
                if (_trigger == null)
                {
                    _loop.Step();
                }
                else if (_trigger.Wait(IdleMilliseconds))
                {
                    _loop.Once(_settings.SampleRate + PatienceWindows * _windowFrames);
                }

                Count();
                _link.Tick();
            }
        }

        /// <returns>False where there is no model. A refused factory model leaves its status in the state.</returns>
        private bool OpenModel()
        {
            ModelInstaller installer = new ModelInstaller(Engine.OpenSlots(_settings.StorageRoot), new PackageEngine(), _settings.StorageRoot);
            try
            {
                _model = installer.Open();
            }
            finally
            {
                StateMessage state = _link.State;
                state.Slot = installer.Slot < 0 ? StateMessage.NoSlot : installer.Slot;
                state.ModelCrc = installer.ModelCrc;
                state.ModelBytes = installer.ModelBytes;
                state.Status = installer.FactoryStatus;
            }

            if (_model == null)
            {
                return false;
            }

            _link.State.Engine = installer.EngineName == "NativeEngine" ? EngineKind.Native : EngineKind.Managed;
            _link.State.ModelName = _model.Name;
            _link.State.ModelVersion = (uint)_model.Version;
            _link.State.ArenaBytes = (uint)_model.ArenaBytes;
            return true;
        }

        /// <returns>False where the sensor does not answer.</returns>
        private bool OpenSensor()
        {
            try
            {
                _source = SensorFactory.Open(_settings, _model.Input.Length);
            }
            catch (Exception)
            {
                return false;
            }

            _windowFrames = _model.Input.Length / _source.Channels;
            if (_windowFrames < 1 || _windowFrames * _source.Channels != _model.Input.Length || !_model.Input.IsQuantized)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            int stride = _settings.WindowStride > 0 ? _settings.WindowStride : _windowFrames;
            FeatureScaler scaler = new FeatureScaler(_settings.ScaleA, _settings.ScaleB, _model.Input.Scale, _model.Input.ZeroPoint);
            SampleWindow window = new SampleWindow(_source.Channels, _windowFrames, stride, scaler);
            Pipeline pipeline = new Pipeline(_model, window, new OutputRule(_settings.OutputClass, _settings.OutputThreshold));
            ResultPublisher publisher = new ResultPublisher(_link.Reporter, _clock, _pin, _settings.PublishJson ? _model : null);
            _loop = new CaptureLoop(_source, _clock, _settings.SampleRate, stride, window, pipeline, publisher);
            if (_settings.TriggerPin >= 0)
            {
                _trigger = new GpioTrigger(_gpio, _settings.TriggerPin, _settings.TriggerFalling);
            }

            return true;
        }

        private void Idle(int milliseconds)
        {
            _link.Tick();
            _clock.SleepUntil(_clock.Microseconds + milliseconds * 1000);
        }

        private void Count()
        {
            TelemetryMessage counters = _link.Reporter.Counters;
            if (_loop != null)
            {
                counters.Frames = (uint)_loop.Capture.Frames;
                counters.LateFrames = (uint)_loop.Capture.Late;
                counters.LostFrames = (uint)_loop.LostFrames;
                counters.SensorErrors = (uint)_source.Errors;
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
            if (_model != null)
            {
                _model.Dispose();
            }
        }
    }
}
