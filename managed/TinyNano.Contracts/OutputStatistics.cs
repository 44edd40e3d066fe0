using System;

namespace TinyNano.Contracts
{
    /// <summary>
    /// How sure a classifier is of one output: class, confidence, entropy, margin. Device and desk use this file, so that what a device
    /// counts and what a blob's reference histograms hold is the same; docs/PROTOCOL.md, *Health*, says how it is defined. Integers only
    /// after construction, and nothing allocates.
    /// </summary>
    public sealed class OutputStatistics
    {
        /// <summary>What stands for 1 in <see cref="Confidence"/>, <see cref="Entropy"/> and <see cref="Margin"/>.</summary>
        public const int One = 32768;

        // A softmax of int8 has this quantisation whatever the model.
        private const float SoftmaxScale = 1.0f / 256;
        private const int SoftmaxZero = -128;

        // Real logits become steps of 1/16, real probabilities steps of 1/255; their sum may be off by 1/64.
        private const float RealStep = 1.0f / 16;
        private const float RealSumError = 1.0f / 64;
        private const int Levels = 256;

        private readonly int _classes;
        private readonly int _logClasses;

        // Weight of a class by its level, and weight * log2(weight) in 1/4096. Levels are probabilities that grow, or distances from the
        // largest logit.
        private readonly int[] _weights = new int[Levels];
        private readonly int[] _weightLogs = new int[Levels];
        private bool _isProbability;

        // What all probabilities together should be in levels; 0: their weights' sum.
        private int _whole;

        /// <summary>For outputs of int8.</summary>
        /// <param name="classes">Elements of the output, at least 2.</param>
        /// <param name="scale">real = scale * (q - zeroPoint).</param>
        /// <param name="zeroPoint">As above.</param>
        /// <exception cref="ArgumentException">There are fewer than 2 classes.</exception>
        public OutputStatistics(int classes, float scale, int zeroPoint)
            : this(classes)
        {
            _whole = Levels;
            if (!IsSoftmax(scale, zeroPoint))
            {
                FillLogits(scale);
            }
        }

        /// <summary>For outputs of float32: probabilities, until one is none.</summary>
        /// <param name="classes">Elements of the output, at least 2.</param>
        /// <exception cref="ArgumentException">There are fewer than 2 classes.</exception>
        public OutputStatistics(int classes)
        {
            if (classes < 2)
            {
                throw new ArgumentException();
            }

            _classes = classes;
            _logClasses = FixedMath.Log2(classes);
            _isProbability = true;
            _whole = Levels - 1;
            for (int i = 0; i < Levels; i++)
            {
                SetWeight(i, i);
            }
        }

        /// <summary>Index of the largest output; the first of several.</summary>
        public int Class { get; private set; }

        /// <summary>Largest probability, 0 .. <see cref="One"/>.</summary>
        public int Confidence { get; private set; }

        /// <summary>Entropy of the probabilities divided by the logarithm of their number, 0 .. <see cref="One"/>.</summary>
        public int Entropy { get; private set; }

        /// <summary>Difference of the two largest probabilities, 0 .. <see cref="One"/>.</summary>
        public int Margin { get; private set; }

        /// <summary>Where a health message counts this output.</summary>
        public int ConfidenceBin
        {
            get { return UniformBin(Confidence, HealthMessage.ConfidenceBins); }
        }

        public int EntropyBin
        {
            get { return UniformBin(Entropy, HealthMessage.EntropyBins); }
        }

        public int ClassBin
        {
            get { return Class < HealthMessage.MaxClasses ? Class : HealthMessage.MaxClasses - 1; }
        }

        /// <summary>Whether an int8 output has the quantisation of a softmax.</summary>
        public static bool IsSoftmax(float scale, int zeroPoint)
        {
            return scale == SoftmaxScale && zeroPoint == SoftmaxZero;
        }

        /// <summary>The bin of a share among uniform bins of 0 .. <see cref="One"/>, which belongs to the last.</summary>
        public static int UniformBin(int share, int bins)
        {
            int bin = (int)((long)share * bins / One);
            return bin < bins ? bin : bins - 1;
        }

        /// <param name="output">As many elements as there are classes.</param>
        public void Evaluate(sbyte[] output)
        {
            int best = 0;
            for (int i = 1; i < _classes; i++)
            {
                if (output[i] > output[best])
                {
                    best = i;
                }
            }

            Class = best;
            int most = output[best];
            long sum = 0;
            long logs = 0;
            int second = 0;
            for (int i = 0; i < _classes; i++)
            {
                int level = _isProbability ? output[i] - SoftmaxZero : most - output[i];
                int weight = _weights[level];
                sum += weight;
                logs += _weightLogs[level];
                if (i != best && weight > second)
                {
                    second = weight;
                }
            }

            Conclude(_weights[_isProbability ? most - SoftmaxZero : 0], second, sum, logs);
        }

        /// <param name="output">As many elements as there are classes.</param>
        public void Evaluate(float[] output)
        {
            int best = 0;
            for (int i = 1; i < _classes; i++)
            {
                if (output[i] > output[best])
                {
                    best = i;
                }
            }

            if (_isProbability && !AreProbabilities(output))
            {
                FillLogits(RealStep);
            }

            Class = best;
            float most = output[best];
            long sum = 0;
            long logs = 0;
            int second = 0;
            for (int i = 0; i < _classes; i++)
            {
                int level = Level(output[i], most);
                int weight = _weights[level];
                sum += weight;
                logs += _weightLogs[level];
                if (i != best && weight > second)
                {
                    second = weight;
                }
            }

            Conclude(_weights[Level(most, most)], second, sum, logs);
        }

        private void Conclude(int first, int second, long sum, long logs)
        {
            long whole = _whole > 0 ? _whole : sum > 0 ? sum : 1;
            Confidence = Share(first * (long)One / whole);
            Margin = Share((first - second) * (long)One / whole);

            // With w the weights and W the whole, -sum w/W log(w/W) = (log W sum w - sum w log w) / W.
            long entropy = (FixedMath.Log2(whole) * sum - logs) / whole;
            Entropy = Share(entropy * One / _logClasses);
        }

        private static int Share(long share)
        {
            return share < 0 ? 0 : share > One ? One : (int)share;
        }

        // NaN becomes what counts least.
        private int Level(float value, float most)
        {
            if (_isProbability)
            {
                return (int)(value * (Levels - 1) + 0.5f);
            }

            float steps = (most - value) / RealStep + 0.5f;
            return steps < Levels - 1 ? (int)steps : Levels - 1;
        }

        private bool AreProbabilities(float[] output)
        {
            float sum = 0;
            for (int i = 0; i < _classes; i++)
            {
                // Written so that NaN is none.
                if (!(output[i] >= 0 && output[i] <= 1))
                {
                    return false;
                }

                sum += output[i];
            }

            return sum >= 1 - RealSumError && sum <= 1 + RealSumError;
        }

        private void FillLogits(float scale)
        {
            _isProbability = false;
            _whole = 0;
            long factor = FixedMath.ExpOfMinus(scale);
            long weight = FixedMath.ExpOne;
            for (int i = 0; i < Levels; i++)
            {
                SetWeight(i, (int)((weight * One + FixedMath.ExpOne / 2) / FixedMath.ExpOne));
                weight = weight * factor / FixedMath.ExpOne;
            }
        }

        private void SetWeight(int level, int weight)
        {
            _weights[level] = weight;
            _weightLogs[level] = weight == 0 ? 0 : weight * FixedMath.Log2(weight);
        }
    }
}
