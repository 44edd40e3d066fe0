using System.Text;

namespace TinyNano.Contracts
{
    /// <summary>The outcome of one inference. Encoding allocates nothing.</summary>
    public sealed class ResultMessage
    {
        public const int Version = 1;

        public const int UptimeMillisecondsAt = 8;
        public const int InferenceAt = 12;
        public const int LatencyMicrosecondsAt = 16;
        public const int ModelVersionAt = 20;
        public const int ClassIndexAt = 24;
        public const int ClassCountAt = 26;
        public const int ScoreAt = 28;
        public const int FlagsAt = 32;
        public const int FrameAt = 34;
        public const int FixedBytes = 36;

        /// <summary>The output pin is on because of this result.</summary>
        public const int OutputOnFlag = 1;

        /// <summary>Frames had been lost since the result before.</summary>
        public const int FramesLostFlag = 2;

        public const int NoClass = 0xFFFF;

        public uint Sequence;

        /// <summary>Since the start; wraps after 49 days.</summary>
        public uint UptimeMilliseconds;

        /// <summary>Counts the inferences since the start, this one included.</summary>
        public uint Inference;
        public uint LatencyMicroseconds;
        public uint ModelVersion;

        /// <summary>Index of the largest output, or <see cref="NoClass"/> for a model of a single output.</summary>
        public int ClassIndex = NoClass;

        /// <summary>Elements of the output.</summary>
        public int ClassCount;

        /// <summary>The largest output as a real number.</summary>
        public float Score;
        public int Flags;

        /// <summary>Number of the sensor's last frame in the window, as the sensor counts, modulo 65536.</summary>
        public int Frame;

        /// <summary>Writes the message into at least <see cref="FixedBytes"/> bytes; returns as many.</summary>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.ResultKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, UptimeMillisecondsAt, UptimeMilliseconds);
            LittleEndian.PutUInt32(data, InferenceAt, Inference);
            LittleEndian.PutUInt32(data, LatencyMicrosecondsAt, LatencyMicroseconds);
            LittleEndian.PutUInt32(data, ModelVersionAt, ModelVersion);
            LittleEndian.PutUInt16(data, ClassIndexAt, ClassIndex);
            LittleEndian.PutUInt16(data, ClassCountAt, ClassCount);
            LittleEndian.PutUInt32(data, ScoreAt, LittleEndian.SingleBits(Score));
            LittleEndian.PutUInt16(data, FlagsAt, Flags);
            LittleEndian.PutUInt16(data, FrameAt, Frame);
            return FixedBytes;
        }

        /// <summary>Reads a message; false where it is none.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.ResultKind, Version, FixedBytes))
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            UptimeMilliseconds = LittleEndian.GetUInt32(data, UptimeMillisecondsAt);
            Inference = LittleEndian.GetUInt32(data, InferenceAt);
            LatencyMicroseconds = LittleEndian.GetUInt32(data, LatencyMicrosecondsAt);
            ModelVersion = LittleEndian.GetUInt32(data, ModelVersionAt);
            ClassIndex = LittleEndian.GetUInt16(data, ClassIndexAt);
            ClassCount = LittleEndian.GetUInt16(data, ClassCountAt);
            Score = LittleEndian.SingleFromBits(LittleEndian.GetUInt32(data, ScoreAt));
            Flags = LittleEndian.GetUInt16(data, FlagsAt);
            Frame = LittleEndian.GetUInt16(data, FrameAt);
            return true;
        }

        /// <summary>The same as one line of JSON, with the label; the score with four decimals. Allocates.</summary>
        public string ToJson(string label)
        {
            StringBuilder json = new StringBuilder();
            json.Append("{\"inference\":");
            json.Append(Inference.ToString());
            json.Append(",\"class\":");
            json.Append(ClassIndex == NoClass ? "null" : ClassIndex.ToString());
            json.Append(",\"label\":");
            AppendText(json, label);
            json.Append(",\"score\":");
            AppendDecimals(json, Score);
            json.Append(",\"latency_us\":");
            json.Append(LatencyMicroseconds.ToString());
            json.Append(",\"model_version\":");
            json.Append(ModelVersion.ToString());
            json.Append(",\"output\":");
            json.Append((Flags & OutputOnFlag) != 0 ? "true" : "false");
            json.Append(",\"frame\":");
            json.Append(Frame.ToString());
            json.Append("}");
            return json.ToString();
        }

        private static void AppendText(StringBuilder json, string text)
        {
            if (text == null)
            {
                json.Append("null");
                return;
            }

            json.Append('"');
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                if (c == '"' || c == '\\')
                {
                    json.Append('\\');
                }

                json.Append(c < ' ' ? '?' : c);
            }

            json.Append('"');
        }

        // By hand, since formatting of floats differs between runtimes.
        private static void AppendDecimals(StringBuilder json, float value)
        {
            double scaled = (double)value * 10000;
            if (float.IsNaN(value) || scaled >= 9e15 || scaled <= -9e15)
            {
                json.Append("null");
                return;
            }

            long units = (long)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            if (units < 0)
            {
                json.Append('-');
                units = -units;
            }

            string decimals = (units % 10000).ToString();
            json.Append((units / 10000).ToString());
            json.Append('.');
            json.Append("0000".Substring(decimals.Length));
            json.Append(decimals);
        }
    }
}
