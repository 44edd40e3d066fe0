namespace TinyNano.Simulator.Evaluation;

/// <summary>Measures of a classifier or a detector.</summary>
public static class Metrics
{
    /// <summary>Index of the largest score; the first one where several are equal.</summary>
    public static int ArgMax(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>
    /// Area under the receiver operating characteristic: the probability that a positive (label not 0) scores above a negative,
    /// equal scores counting half (Mann-Whitney U). NaN when one of the classes is missing.
    /// </summary>
    public static double Auc(IReadOnlyList<double> scores, IReadOnlyList<int> labels)
    {
        double wins = 0;
        long pairs = 0;
        for (int i = 0; i < scores.Count; i++)
        {
            for (int k = 0; k < scores.Count; k++)
            {
                if (labels[i] != 0 && labels[k] == 0)
                {
                    wins += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0;
                    pairs++;
                }
            }
        }

        return pairs == 0 ? double.NaN : wins / pairs;
    }

    /// <summary>Mean squared difference of two vectors.</summary>
    public static double MeanSquaredError(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return sum / a.Length;
    }
}
