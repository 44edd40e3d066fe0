namespace TinyNano.Telemetry
{
    /// <summary>
    /// A Page-Hinkley test: an alarm when numbers stay on one side of their mean for long enough. Numbers are in 1/32768. Nothing allocates.
    /// </summary>
    public sealed class PageHinkley
    {
        // The sum of differences stops here, in thresholds, so that the alarm goes off soon after all is well again.
        private const int MostThresholds = 2;

        private readonly bool _isFall;
        private readonly int _tolerance;
        private readonly int _threshold;
        private readonly int _warmUp;
        private readonly int _fixedMean;
        private long _total;
        private long _count;
        private int _sum;

        private PageHinkley(bool isFall, int tolerance, int threshold, int warmUp, int fixedMean)
        {
            _isFall = isFall;
            _tolerance = tolerance;
            _threshold = threshold;
            _warmUp = warmUp;
            _fixedMean = fixedMean;
        }

        /// <summary>Whether the alarm is on.</summary>
        public bool IsOn { get; private set; }

        /// <summary>For numbers that should not fall below their own mean.</summary>
        /// <param name="tolerance">What a number may be below it and count as nothing.</param>
        /// <param name="threshold">Sum of what they are below that, from which on there is an alarm.</param>
        /// <param name="warmUp">Numbers that only make up the mean.</param>
        public static PageHinkley ForFall(int tolerance, int threshold, int warmUp)
        {
            return new PageHinkley(true, tolerance, threshold, warmUp, 0);
        }

        /// <summary>For numbers that should not rise above a mean that is known.</summary>
        public static PageHinkley ForRise(int mean, int tolerance, int threshold)
        {
            return new PageHinkley(false, tolerance, threshold, 0, mean);
        }

        public void Record(int value)
        {
            int distance = value - _fixedMean - _tolerance;
            if (_isFall)
            {
                _total += value;
                _count++;
                if (_count <= _warmUp)
                {
                    return;
                }

                distance = (int)(_total / _count) - value - _tolerance;
            }

            int most = MostThresholds * _threshold;
            int sum = _sum + distance;
            _sum = sum < 0 ? 0 : sum > most ? most : sum;
            if (_sum > _threshold)
            {
                IsOn = true;
            }
            else if (_sum == 0)
            {
                IsOn = false;
            }
        }
    }
}
