using System;

namespace TinyNano.Sensors
{
    /// <summary>
    /// From raw samples to the int8 input of a model, without floating point: real = a * raw + b per channel, folded with the input's scale
    /// and zero point into one multiplication and one shift.
    /// </summary>
    /// <remarks>
    /// The rule, exactly. With m = a / scale and c = b / scale + zero in float64, s is the largest of 0 .. 30 for which |m| * 2^s is below
    /// 2^30, M = round(m * 2^s) and C = round(c * 2^s), halves away from zero (C saturated at 2^60). Then
    /// q = clamp(floor((raw * M + C + 2^(s-1)) / 2^s), -128, 127); the 2^(s-1) is absent for s = 0. That is the nearest number, halves
    /// upward; an exact result within 2^-14 of a half may go to its other side, for the constants are rounded.
    /// Samples of 0 .. 255 go through a table of the same results.
    /// </remarks>
    public sealed class FeatureScaler
    {
        private const int MaxShift = 30;
        private const double MultiplierLimit = 1 << 30;
        private const double OffsetLimit = 1L << 60;
        private const int TableLength = 256;

        private readonly long[] _multipliers;
        private readonly long[] _offsets;
        private readonly int[] _shifts;
        private readonly sbyte[] _table;

        /// <param name="a">Factor of each channel; one element for all.</param>
        /// <param name="b">Offset of each channel, as many as <paramref name="a"/>.</param>
        /// <param name="scale">Scale of the model's input.</param>
        /// <param name="zeroPoint">Zero point of the model's input.</param>
        /// <exception cref="ArgumentException">Numbers that do not fit together, or a scale that is not positive.</exception>
        public FeatureScaler(float[] a, float[] b, float scale, int zeroPoint)
        {
            if (a.Length == 0 || a.Length != b.Length || !(scale > 0))
            {
                throw new ArgumentException();
            }

            Channels = a.Length;
            _multipliers = new long[a.Length];
            _offsets = new long[a.Length];
            _shifts = new int[a.Length];
            for (int i = 0; i < a.Length; i++)
            {
                Fold(i, (double)a[i] / scale, (double)b[i] / scale + zeroPoint);
            }

            if (a.Length == 1)
            {
                _table = new sbyte[TableLength];
                for (int raw = 0; raw < TableLength; raw++)
                {
                    _table[raw] = One(raw, 0);
                }
            }
        }

        /// <summary>Channels that are scaled differently; 1: all alike.</summary>
        public int Channels { get; }

        /// <summary>Scales samples. They begin with the first channel of a frame.</summary>
        public void Scale(short[] samples, int start, sbyte[] features, int featureStart, int count)
        {
            if (_table == null)
            {
                ScaleChannels(samples, start, features, featureStart, count);
                return;
            }

            for (int i = 0; i < count; i++)
            {
                int raw = samples[start + i];
                features[featureStart + i] = raw >= 0 && raw < TableLength ? _table[raw] : One(raw, 0);
            }
        }

        /// <summary>Scales one sample of a channel.</summary>
        public sbyte One(int raw, int channel)
        {
            // C has the half of the rounding in it.
            long q = (raw * _multipliers[channel] + _offsets[channel]) >> _shifts[channel];
            return (sbyte)(q < -128 ? -128 : q > 127 ? 127 : q);
        }

        private void ScaleChannels(short[] samples, int start, sbyte[] features, int featureStart, int count)
        {
            int channel = 0;
            for (int i = 0; i < count; i++)
            {
                features[featureStart + i] = One(samples[start + i], channel);
                channel++;
                if (channel == Channels)
                {
                    channel = 0;
                }
            }
        }

        private void Fold(int channel, double m, double c)
        {
            double size = m < 0 ? -m : m;
            if (!(size < MultiplierLimit) || double.IsNaN(c))
            {
                throw new ArgumentException();
            }

            int shift = 0;
            double power = 1;
            while (shift < MaxShift && size * power * 2 < MultiplierLimit)
            {
                power *= 2;
                shift++;
            }

            _shifts[channel] = shift;
            _multipliers[channel] = Round(m * power);
            _offsets[channel] = Round(c * power) + (shift == 0 ? 0 : 1L << (shift - 1));
        }

        private static long Round(double value)
        {
            if (value >= OffsetLimit || value <= -OffsetLimit)
            {
                return value > 0 ? 1L << 60 : -(1L << 60);
            }

            return (long)(value < 0 ? value - 0.5 : value + 0.5);
        }
    }
}
