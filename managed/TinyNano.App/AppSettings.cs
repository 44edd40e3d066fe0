using TinyNano.Contracts;

namespace TinyNano.App
{
    /// <summary>
    /// What may differ from device to device. Read from lines <c>key=value</c>, where the keys are the names of the properties with a small
    /// first letter.
    /// </summary>
    public sealed class AppSettings
    {
        /// <summary>Name of the device in topics; null: the board's own.</summary>
        public string DeviceId { get; set; }

        public string TopicRoot { get; set; } = Topics.DefaultRoot;

        /// <summary>Group that gets updates together; null: none.</summary>
        public string Group { get; set; }

        /// <summary>Whether models may come over the air.</summary>
        public bool Updates { get; set; } = true;

        /// <summary>Seconds without an inference after which a model on trial has failed; 0: any.</summary>
        public int TrialSilenceSeconds { get; set; } = 60;

        /// <summary>Free bytes of the managed heap that a trial must leave; 0: any.</summary>
        public int TrialHeapFloor { get; set; } = 4096;

        /// <summary>Errors of the sensor in a row after which a model on trial has failed; 0: any.</summary>
        public int TrialSensorErrors { get; set; }

        /// <summary>Where files are: the factory model, the settings, the slots of the managed engine. Ends with a separator.</summary>
        public string StorageRoot { get; set; } = "I:\\";

        public string WifiSsid { get; set; }

        public string WifiPassword { get; set; }

        public string BrokerHost { get; set; } = "localhost";

        public int BrokerPort { get; set; } = 1883;

        public bool UseTls { get; set; }

        /// <summary>PEM; in a file of settings the lines are separated by <c>\n</c>. Null: the authorities stored in the device.</summary>
        public string CaCertificate { get; set; }

        public string UserName { get; set; }

        public string Password { get; set; }

        /// <summary>One of <see cref="SensorKind"/>.</summary>
        public string Sensor { get; set; } = SensorKind.Accelerometer;

        /// <summary>Frames a second; for an imager, how often it is asked for one.</summary>
        public int SampleRate { get; set; } = 50;

        /// <summary>New frames from one inference to the next; 0: as many as a window has.</summary>
        public int WindowStride { get; set; }

        /// <summary>Channels of the converter, separated by commas.</summary>
        public int[] AdcChannels { get; set; } = new int[] { 0 };

        public int I2cBus { get; set; } = 1;

        public int I2cAddress { get; set; } = 0x68;

        /// <summary>Pins of the bus, for chips that can choose; -1: as they are.</summary>
        public int I2cDataPin { get; set; } = -1;

        public int I2cClockPin { get; set; } = -1;

        /// <summary>Full range of acceleration in g and of rotation in degrees a second.</summary>
        public int AccelerationRange { get; set; } = 4;

        public int RotationRange { get; set; } = 500;

        /// <summary>Pin whose edge starts the capture of one window; -1: windows follow one another.</summary>
        public int TriggerPin { get; set; } = -1;

        public bool TriggerFalling { get; set; } = true;

        /// <summary>Pin that shows the outcome; -1: none.</summary>
        public int OutputPin { get; set; } = -1;

        /// <summary>Class that switches the pin on; -1: any.</summary>
        public int OutputClass { get; set; } = -1;

        /// <summary>Real output that the class must reach.</summary>
        public float OutputThreshold { get; set; } = 0.5f;

        /// <summary>real = ScaleA * raw + ScaleB, one number for all channels or one for each, separated by commas.</summary>
        public float[] ScaleA { get; set; } = new float[] { 1.0f };

        public float[] ScaleB { get; set; } = new float[] { 0.0f };

        /// <summary>Results as JSON beside the binary ones. Each allocates.</summary>
        public bool PublishJson { get; set; }

        /// <summary>Seconds from one telemetry message to the next; 0: none.</summary>
        public int TelemetrySeconds { get; set; } = 60;

        /// <summary>Seconds from one health message to the next; 0: none.</summary>
        public int HealthSeconds { get; set; } = 60;

        /// <summary>Bytes of inputs that the model is not sure of and that the device may send away in 24 hours; 0: it sends none.</summary>
        public int SampleBytesPerDay { get; set; }

        /// <summary>Entropy of the output from which on an input is uncertain, in percent of the highest.</summary>
        public int SampleEntropyPercent { get; set; } = 60;

        /// <summary>Difference of the two largest probabilities up to which an input is uncertain.</summary>
        public int SampleMarginPercent { get; set; } = 10;

        /// <summary>Above 0: capture, infer, publish, then so many seconds of deep sleep, from which the device starts anew.</summary>
        public int DeepSleepSeconds { get; set; }
    }
}
