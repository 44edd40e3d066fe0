using System.Text;

namespace TinyNano.Contracts
{
    /// <summary>A health message as one line of JSON, for people. Allocates.</summary>
    public static class HealthText
    {
        private const string HexDigits = "0123456789abcdef";

        public static string ToJson(HealthMessage message)
        {
            StringBuilder json = new StringBuilder();
            json.Append("{\"uptime_s\":");
            json.Append(message.UptimeSeconds.ToString());
            json.Append(",\"inferences\":");
            json.Append(message.Inferences.ToString());
            json.Append(",\"model_version\":");
            json.Append(message.ModelVersion.ToString());
            json.Append(",\"model_crc\":\"");
            AppendHex(json, message.ModelCrc);
            json.Append("\",\"confidence\":");
            AppendCounts(json, message, 0, message.ConfidenceCount);
            json.Append(",\"entropy\":");
            AppendCounts(json, message, message.EntropyFirst, message.EntropyCount);
            json.Append(",\"classes\":");
            AppendCounts(json, message, message.ClassFirst, message.ClassCount);
            json.Append(",\"features\":[");
            for (int i = 0; i < message.FeatureCount; i++)
            {
                json.Append(i == 0 ? "" : ",");
                AppendCounts(json, message, message.FeatureFirst + i * HealthMessage.FeatureBins, HealthMessage.FeatureBins);
            }

            json.Append("],\"anomaly\":");
            AppendCounts(json, message, message.AnomalyFirst, message.AnomalyCount);
            json.Append(",\"alarms\":");
            json.Append(message.Alarms.ToString());
            json.Append(",\"rssi\":");
            json.Append(message.Rssi == 0 ? "null" : message.Rssi.ToString());
            json.Append(",\"restarts\":");
            json.Append(message.Restarts.ToString());
            json.Append(",\"latency_us\":");
            json.Append(message.LatencyMean.ToString());
            json.Append(",\"free_heap\":");
            json.Append(message.FreeHeap.ToString());
            json.Append("}");
            return json.ToString();
        }

        private static void AppendCounts(StringBuilder json, HealthMessage message, int first, int count)
        {
            json.Append('[');
            for (int i = 0; i < count; i++)
            {
                json.Append(i == 0 ? "" : ",");
                json.Append(message.Values[first + i].ToString());
            }

            json.Append(']');
        }

        private static void AppendHex(StringBuilder json, uint value)
        {
            for (int shift = 28; shift >= 0; shift -= 4)
            {
                json.Append(HexDigits[(int)(value >> shift) & 15]);
            }
        }
    }
}
