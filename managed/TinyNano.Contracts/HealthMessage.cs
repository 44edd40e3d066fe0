namespace TinyNano.Contracts
{
    /// <summary>
    /// How the model fares: counts by confidence, entropy, class, input features and anomaly score. A count goes on since the start of the
    /// device or of its model and wraps at 65536, so that a lost message loses nothing. Encoding allocates nothing;
    /// <see cref="HealthText"/> makes JSON of a message.
    /// </summary>
    public sealed class HealthMessage
    {
        public const int Version = 1;

        public const int UptimeSecondsAt = 8;
        public const int InferencesAt = 12;
        public const int ModelVersionAt = 16;
        public const int ModelCrcAt = 20;
        public const int ConfidenceBinsAt = 24;
        public const int EntropyBinsAt = 25;
        public const int ClassesAt = 26;
        public const int FeaturesAt = 27;
        public const int FeatureBinsAt = 28;
        public const int AnomalyBinsAt = 29;
        public const int AlarmsAt = 30;
        public const int RssiAt = 31;
        public const int RestartsAt = 32;
        public const int LatencyMeanAt = 34;
        public const int FreeHeapAt = 36;
        public const int FixedBytes = 40;

        /// <summary>Uniform bins of the largest probability in 0 .. 1, where the model has several outputs.</summary>
        public const int ConfidenceBins = 16;

        /// <summary>Uniform bins of the entropy of all probabilities divided by the logarithm of their number.</summary>
        public const int EntropyBins = 8;

        /// <summary>Classes that are counted each; the last one stands for itself and all above.</summary>
        public const int MaxClasses = 16;

        /// <summary>Features of the input that are counted.</summary>
        public const int MaxFeatures = 4;
        public const int FeatureBins = 8;

        /// <summary>Bins of the anomaly score, where the output has the input's shape.</summary>
        public const int AnomalyBins = 8;

        /// <summary>Counts behind the fixed part at most.</summary>
        public const int MaxCounts = ConfidenceBins + EntropyBins + MaxClasses + MaxFeatures * FeatureBins + AnomalyBins;

        /// <summary>Bits of <see cref="Alarms"/>: a Page-Hinkley test has found that the confidence fell, or that the score rose.</summary>
        public const int ConfidenceAlarm = 1;
        public const int AnomalyAlarm = 2;

        /// <summary>Microseconds in one unit of the latency's field; its largest number, and that of the restarts.</summary>
        public const int LatencyUnit = 100;
        private const int MaxUInt16 = 0xFFFF;

        public uint Sequence;
        public uint UptimeSeconds;

        /// <summary>Inferences that the counts hold.</summary>
        public uint Inferences;
        public uint ModelVersion;
        public uint ModelCrc;

        /// <summary>Number of counts of each kind; 0: none.</summary>
        public int ConfidenceCount;
        public int EntropyCount;
        public int ClassCount;
        public int FeatureCount;
        public int AnomalyCount;

        public int Alarms;

        /// <summary>Strength of the radio signal in dBm, -128 .. 127; 0: unknown.</summary>
        public int Rssi;

        /// <summary>Starts of the device so far.</summary>
        public int Restarts;

        /// <summary>Microseconds of an inference since the health message before, in steps of <see cref="LatencyUnit"/>; 0: there was none.</summary>
        public uint LatencyMean;

        /// <summary>Free bytes of the managed heap.</summary>
        public uint FreeHeap;

        /// <summary>
        /// Counts modulo 65536 in the order confidence, entropy, classes, features with <see cref="FeatureBins"/> each, anomaly score; as many
        /// as <see cref="Counts"/> says.
        /// </summary>
        public readonly int[] Values = new int[MaxCounts];

        /// <summary>Numbers of <see cref="Values"/> in use.</summary>
        public int Counts
        {
            get { return AnomalyFirst + AnomalyCount; }
        }

        /// <summary>Where the counts of each kind begin in <see cref="Values"/>; those of the confidence at 0.</summary>
        public int EntropyFirst
        {
            get { return ConfidenceCount; }
        }

        public int ClassFirst
        {
            get { return EntropyFirst + EntropyCount; }
        }

        public int FeatureFirst
        {
            get { return ClassFirst + ClassCount; }
        }

        public int AnomalyFirst
        {
            get { return FeatureFirst + FeatureCount * FeatureBins; }
        }

        /// <summary>Writes the message into at least <see cref="MessageHeader.MaxMessageBytes"/> bytes; returns its length.</summary>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.HealthKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, UptimeSecondsAt, UptimeSeconds);
            LittleEndian.PutUInt32(data, InferencesAt, Inferences);
            LittleEndian.PutUInt32(data, ModelVersionAt, ModelVersion);
            LittleEndian.PutUInt32(data, ModelCrcAt, ModelCrc);
            data[ConfidenceBinsAt] = (byte)ConfidenceCount;
            data[EntropyBinsAt] = (byte)EntropyCount;
            data[ClassesAt] = (byte)ClassCount;
            data[FeaturesAt] = (byte)FeatureCount;
            data[FeatureBinsAt] = FeatureBins;
            data[AnomalyBinsAt] = (byte)AnomalyCount;
            data[AlarmsAt] = (byte)Alarms;
            data[RssiAt] = (byte)Rssi;
            LittleEndian.PutUInt16(data, RestartsAt, Restarts < MaxUInt16 ? Restarts : MaxUInt16);
            uint latency = LatencyMean / LatencyUnit;
            LittleEndian.PutUInt16(data, LatencyMeanAt, latency < MaxUInt16 ? (int)latency : MaxUInt16);
            LittleEndian.PutUInt32(data, FreeHeapAt, FreeHeap);
            int counts = Counts;
            for (int i = 0; i < counts; i++)
            {
                LittleEndian.PutUInt16(data, FixedBytes + 2 * i, Values[i]);
            }

            return FixedBytes + 2 * counts;
        }

        /// <summary>Reads a message; false where it is none.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.HealthKind, Version, FixedBytes) || !DecodeBins(data))
            {
                return false;
            }

            int first = LittleEndian.GetUInt16(data, MessageHeader.FixedBytesAt);
            int counts = Counts;
            if (2 * counts > length - first)
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            UptimeSeconds = LittleEndian.GetUInt32(data, UptimeSecondsAt);
            Inferences = LittleEndian.GetUInt32(data, InferencesAt);
            ModelVersion = LittleEndian.GetUInt32(data, ModelVersionAt);
            ModelCrc = LittleEndian.GetUInt32(data, ModelCrcAt);
            Alarms = data[AlarmsAt];
            Rssi = (sbyte)data[RssiAt];
            Restarts = LittleEndian.GetUInt16(data, RestartsAt);
            LatencyMean = (uint)LittleEndian.GetUInt16(data, LatencyMeanAt) * LatencyUnit;
            FreeHeap = LittleEndian.GetUInt32(data, FreeHeapAt);
            for (int i = 0; i < counts; i++)
            {
                Values[i] = LittleEndian.GetUInt16(data, first + 2 * i);
            }

            return true;
        }

        // The numbers of counts; false where they are none that this version has.
        private bool DecodeBins(byte[] data)
        {
            ConfidenceCount = data[ConfidenceBinsAt];
            EntropyCount = data[EntropyBinsAt];
            ClassCount = data[ClassesAt];
            FeatureCount = data[FeaturesAt];
            AnomalyCount = data[AnomalyBinsAt];
            return (ConfidenceCount == 0 || ConfidenceCount == ConfidenceBins)
                && (EntropyCount == 0 || EntropyCount == EntropyBins)
                && ClassCount <= MaxClasses
                && FeatureCount <= MaxFeatures
                && data[FeatureBinsAt] == FeatureBins
                && (AnomalyCount == 0 || AnomalyCount == AnomalyBins);
        }
    }
}
