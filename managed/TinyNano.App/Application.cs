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
        private Model _model;
        private ISampleSource _source;
        private ITrigger _trigger;
        private CaptureLoop _loop;
        private int _windowFrames;
        private int _factoryStatus;

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
            try
            {
                if (OpenModel())
                {
                    Work();
                }
                else
                {
                    _link.Say(DeviceState.NoModel, _factoryStatus, InferenceException.Unknown, InferenceException.Unknown);
                }
            }
            catch (Exception e)
            {
                SayFailed(e);
                if (_loop != null)
                {
                    _loop.Stop();
                }
            }

            while (!Board.ShouldStop)
            {
                Idle(IdleMilliseconds);
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

            _link.Say(DeviceState.Running, _factoryStatus, InferenceException.Unknown, InferenceException.Unknown);
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
                    CaptureOnce();
                }

                Count();
                _link.Tick();
            }
        }

        /// <returns>False where there is no model. Why a factory model was refused stays in <see cref="_factoryStatus"/>.</returns>
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
                _factoryStatus = installer.FactoryStatus;
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
            pipeline.Watch = _link.Health.Watch(_model, _link.State.ModelCrc);
            ResultPublisher publisher = new ResultPublisher(_link.Reporter, _clock, _pin, _settings.PublishJson ? _model : null);
            _loop = new CaptureLoop(_source, _clock, _settings.SampleRate, stride, window, pipeline, publisher);
            if (_settings.TriggerPin >= 0)
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
