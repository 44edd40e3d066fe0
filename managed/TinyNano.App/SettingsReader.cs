namespace TinyNano.App
{
    /// <summary>Reads <see cref="AppSettings"/> from text: a line <c>key=value</c> each, <c>#</c> begins a comment line.</summary>
    public sealed class SettingsReader
    {
        private readonly AppSettings _settings;

        /// <param name="settings">What the text does not name stays as it is here.</param>
        public SettingsReader(AppSettings settings)
        {
            _settings = settings;
        }

        /// <summary>Keys that are unknown, or whose values cannot be read; those keep what they had. Null: none.</summary>
        public string Refused { get; private set; }

        public void Read(string text)
        {
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i].Trim();
                int equals = line.IndexOf('=');
                if (line.Length == 0 || line[0] == '#')
                {
                    continue;
                }

                string key = equals < 0 ? line : line.Substring(0, equals).Trim();
                if (equals < 0 || !Set(key, line.Substring(equals + 1).Trim()))
                {
                    Refused = Refused == null ? key : Refused + "," + key;
                }
            }
        }

        private bool Set(string key, string value)
        {
            return SetText(key, value) || SetNumber(key, value) || SetList(key, value);
        }

        private bool SetText(string key, string value)
        {
            AppSettings s = _settings;
            switch (key)
            {
                case "deviceId": s.DeviceId = value; return true;
                case "topicRoot": s.TopicRoot = value; return true;
                case "group": s.Group = value; return true;
                case "updates": s.Updates = value == "on" || IsTrue(value); return true;
                case "storageRoot": s.StorageRoot = value; return true;
                case "wifiSsid": s.WifiSsid = value; return true;
                case "wifiPassword": s.WifiPassword = value; return true;
                case "brokerHost": s.BrokerHost = value; return true;
                case "caCertificate": s.CaCertificate = Unescape(value); return true;
                case "userName": s.UserName = value; return true;
                case "password": s.Password = value; return true;
                case "sensor": s.Sensor = value; return true;
                case "useTls": s.UseTls = IsTrue(value); return true;
                case "triggerFalling": s.TriggerFalling = IsTrue(value); return true;
                case "publishJson": s.PublishJson = IsTrue(value); return true;
                default: return false;
            }
        }

        private bool SetNumber(string key, string value)
        {
            if (key == "outputThreshold")
            {
                if (!float.TryParse(value, out float threshold))
                {
                    return false;
                }

                _settings.OutputThreshold = threshold;
                return true;
            }

            if (!ParseInt(value, out int number))
            {
                return false;
            }

            AppSettings s = _settings;
            switch (key)
            {
                case "brokerPort": s.BrokerPort = number; return true;
                case "sampleRate": s.SampleRate = number; return true;
                case "windowStride": s.WindowStride = number; return true;
                case "i2cBus": s.I2cBus = number; return true;
                case "i2cAddress": s.I2cAddress = number; return true;
                case "i2cDataPin": s.I2cDataPin = number; return true;
                case "i2cClockPin": s.I2cClockPin = number; return true;
                case "accelerationRange": s.AccelerationRange = number; return true;
                case "rotationRange": s.RotationRange = number; return true;
                case "triggerPin": s.TriggerPin = number; return true;
                case "outputPin": s.OutputPin = number; return true;
                case "outputClass": s.OutputClass = number; return true;
                case "telemetrySeconds": s.TelemetrySeconds = number; return true;
                case "trialSilenceSeconds": s.TrialSilenceSeconds = number; return true;
                case "trialHeapFloor": s.TrialHeapFloor = number; return true;
                case "trialSensorErrors": s.TrialSensorErrors = number; return true;
                case "healthSeconds": s.HealthSeconds = number; return true;
                case "sampleBytesPerDay": s.SampleBytesPerDay = number; return true;
                case "sampleEntropyPercent": s.SampleEntropyPercent = number; return true;
                case "sampleMarginPercent": s.SampleMarginPercent = number; return true;
                case "deepSleepSeconds": s.DeepSleepSeconds = number; return true;
                default: return SetList(key, value);
            }
        }

        private bool SetList(string key, string value)
        {
            string[] parts = value.Split(',');
            if (key == "adcChannels")
            {
                int[] channels = new int[parts.Length];
                for (int i = 0; i < parts.Length; i++)
                {
                    if (!ParseInt(parts[i].Trim(), out channels[i]))
                    {
                        return false;
                    }
                }

                _settings.AdcChannels = channels;
                return true;
            }

            float[] numbers = new float[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!float.TryParse(parts[i].Trim(), out numbers[i]))
                {
                    return false;
                }
            }

            switch (key)
            {
                case "scaleA": _settings.ScaleA = numbers; return true;
                case "scaleB": _settings.ScaleB = numbers; return true;
                default: return false;
            }
        }

        private static bool IsTrue(string value)
        {
            return value == "true" || value == "1" || value == "yes";
        }

        // Addresses of chips are usually written in hexadecimal.
        private static bool ParseInt(string value, out int number)
        {
            if (value.Length < 3 || value[0] != '0' || value[1] != 'x')
            {
                return int.TryParse(value, out number);
            }

            number = 0;
            string digits = value.ToLower();
            for (int i = 2; i < digits.Length; i++)
            {
                int digit = "0123456789abcdef".IndexOf(digits[i]);
                if (digit < 0 || i > 9)
                {
                    return false;
                }

                number = number * 16 + digit;
            }

            return true;
        }

        private static string Unescape(string value)
        {
            string[] parts = value.Split('\\');
            string text = parts[0];
            for (int i = 1; i < parts.Length; i++)
            {
                // A backslash is nothing that PEM has otherwise.
                text += parts[i].Length > 0 && parts[i][0] == 'n' ? "\n" + parts[i].Substring(1) : parts[i];
            }

            return text;
        }
    }
}
