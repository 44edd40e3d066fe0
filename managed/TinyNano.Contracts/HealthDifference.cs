namespace TinyNano.Contracts
{
    /// <summary>What has happened between two health messages of one device.</summary>
    public static class HealthDifference
    {
        private const int Wrap = 65536;

        /// <summary>Whether the counts of the later message go on from those of the earlier one; otherwise they began anew, at 0.</summary>
        /// <param name="earlier">Null: there was none.</param>
        /// <param name="later">Came after it.</param>
        public static bool Continues(HealthMessage earlier, HealthMessage later)
        {
            return earlier != null
                && later.Restarts == earlier.Restarts
                && later.ModelCrc == earlier.ModelCrc
                && later.Sequence > earlier.Sequence
                && later.Inferences >= earlier.Inferences
                && later.ConfidenceCount == earlier.ConfidenceCount
                && later.EntropyCount == earlier.EntropyCount
                && later.ClassCount == earlier.ClassCount
                && later.FeatureCount == earlier.FeatureCount
                && later.AnomalyCount == earlier.AnomalyCount;
        }

        /// <summary>Inferences between the messages. From 65,536 on the counts of the time between are lost.</summary>
        public static uint Inferences(HealthMessage earlier, HealthMessage later)
        {
            return Continues(earlier, later) ? later.Inferences - earlier.Inferences : later.Inferences;
        }

        /// <summary>A count of the time between.</summary>
        /// <param name="index">Into <see cref="HealthMessage.Values"/>.</param>
        public static int Count(HealthMessage earlier, HealthMessage later, int index)
        {
            int before = Continues(earlier, later) ? earlier.Values[index] : 0;
            return (later.Values[index] - before) & (Wrap - 1);
        }
    }
}
