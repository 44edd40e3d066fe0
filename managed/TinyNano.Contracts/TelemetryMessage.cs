namespace TinyNano.Contracts
{
    /// <summary>How a device fares. Counters count since its start, so that a lost message loses nothing. Encoding allocates nothing.</summary>
    public sealed class TelemetryMessage
    {
        public const int Version = 1;

        public const int UptimeSecondsAt = 8;
        public const int InferencesAt = 12;
        public const int FramesAt = 16;
        public const int LateFramesAt = 20;
        public const int LostFramesAt = 24;
        public const int SensorErrorsAt = 28;
        public const int DroppedMessagesAt = 32;
        public const int ReconnectsAt = 36;
        public const int FreeHeapAt = 40;
        public const int LatencyMinAt = 44;
        public const int LatencyMeanAt = 48;
        public const int LatencyMaxAt = 52;
        public const int RestartsAt = 56;
        public const int BucketsAt = 58;
        public const int HistogramAt = 60;
        public const int FixedBytes = HistogramAt + 4 * Buckets;

        /// <summary>Buckets of the histogram. Bucket 0 counts latencies below 64 us, bucket i those of 2^(i+5) us up to 2^(i+6) us, the last all above.</summary>
        public const int Buckets = 16;

        public uint Sequence;
        public uint UptimeSeconds;
        public uint Inferences;

        /// <summary>Frames captured.</summary>
        public uint Frames;
        public uint LateFrames;
        public uint LostFrames;
        public uint SensorErrors;
        public uint DroppedMessages;
        public uint Reconnects;
        public uint FreeHeap;

        /// <summary>Microseconds of an inference, since the message before; 0 where there was none.</summary>
        public uint LatencyMin;
        public uint LatencyMean;
        public uint LatencyMax;

        /// <summary>Starts of the device so far.</summary>
        public int Restarts;

        /// <summary>Inferences by latency.</summary>
        public readonly uint[] Histogram = new uint[Buckets];

        /// <summary>Writes the message into at least <see cref="FixedBytes"/> bytes; returns as many.</summary>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.TelemetryKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, UptimeSecondsAt, UptimeSeconds);
            LittleEndian.PutUInt32(data, InferencesAt, Inferences);
            LittleEndian.PutUInt32(data, FramesAt, Frames);
            LittleEndian.PutUInt32(data, LateFramesAt, LateFrames);
            LittleEndian.PutUInt32(data, LostFramesAt, LostFrames);
            LittleEndian.PutUInt32(data, SensorErrorsAt, SensorErrors);
            LittleEndian.PutUInt32(data, DroppedMessagesAt, DroppedMessages);
            LittleEndian.PutUInt32(data, ReconnectsAt, Reconnects);
            LittleEndian.PutUInt32(data, FreeHeapAt, FreeHeap);
            LittleEndian.PutUInt32(data, LatencyMinAt, LatencyMin);
            LittleEndian.PutUInt32(data, LatencyMeanAt, LatencyMean);
            LittleEndian.PutUInt32(data, LatencyMaxAt, LatencyMax);
            LittleEndian.PutUInt16(data, RestartsAt, Restarts < 0xFFFF ? Restarts : 0xFFFF);
            LittleEndian.PutUInt16(data, BucketsAt, Buckets);
            for (int i = 0; i < Buckets; i++)
            {
                LittleEndian.PutUInt32(data, HistogramAt + 4 * i, Histogram[i]);
            }

            return FixedBytes;
        }

        /// <summary>Reads a message; false where it is none.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.TelemetryKind, Version, FixedBytes)
                || LittleEndian.GetUInt16(data, BucketsAt) != Buckets)
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            UptimeSeconds = LittleEndian.GetUInt32(data, UptimeSecondsAt);
            Inferences = LittleEndian.GetUInt32(data, InferencesAt);
            Frames = LittleEndian.GetUInt32(data, FramesAt);
            LateFrames = LittleEndian.GetUInt32(data, LateFramesAt);
            LostFrames = LittleEndian.GetUInt32(data, LostFramesAt);
            SensorErrors = LittleEndian.GetUInt32(data, SensorErrorsAt);
            DroppedMessages = LittleEndian.GetUInt32(data, DroppedMessagesAt);
            Reconnects = LittleEndian.GetUInt32(data, ReconnectsAt);
            FreeHeap = LittleEndian.GetUInt32(data, FreeHeapAt);
            LatencyMin = LittleEndian.GetUInt32(data, LatencyMinAt);
            LatencyMean = LittleEndian.GetUInt32(data, LatencyMeanAt);
            LatencyMax = LittleEndian.GetUInt32(data, LatencyMaxAt);
            Restarts = LittleEndian.GetUInt16(data, RestartsAt);
            for (int i = 0; i < Buckets; i++)
            {
                Histogram[i] = LittleEndian.GetUInt32(data, HistogramAt + 4 * i);
            }

            return true;
        }
    }
}
