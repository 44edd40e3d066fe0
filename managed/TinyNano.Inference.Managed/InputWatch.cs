namespace TinyNano.Inference
{
    /// <summary>
    /// A few numbers about an input of int8 or uint8, those of tn_device_features.c; tn_device.h defines them. Elements count from 0 to
    /// 255 here. All sums fit 32 bits, as no more than 1024 positions are looked at.
    /// </summary>
    internal sealed class InputWatch
    {
        private const int MostPositions = 1024;
        private const int MostChannels = 4;
        private const int Largest = 32767;
        private const int ZeroQ8 = 32768;

        private readonly byte[] _bytes;
        private readonly int _at;
        private readonly int _flip;
        private readonly int _channels;
        private readonly int _stride;
        private readonly int _lookedAt;
        private readonly int _pairs;

        internal InputWatch(ModelIo input)
        {
            int last = input.LastDimension;
            _bytes = input.Arena;
            _at = input.Offset;
            _flip = input.Flip;
            _channels = last >= 2 && last <= MostChannels ? last : 1;
            int positions = input.ByteCount / _channels;
            _stride = positions > MostPositions ? ((positions - 1) / MostPositions + 1) | 1 : 1;
            _lookedAt = (positions - 1) / _stride + 1;
            _pairs = (_lookedAt - 1) * _stride + 1 < positions ? _lookedAt : _lookedAt - 1;
        }

        /// <returns>How many numbers there are.</returns>
        /// <exception cref="InferenceException">Arg: the array is too short for them.</exception>
        internal int Read(int[] features)
        {
            int count = _channels > 1 ? 2 * _channels : 4;
            if (features.Length < count)
            {
                throw new InferenceException(InferenceStatus.Arg);
            }

            if (_channels == 1)
            {
                ReadChannel(0, features, 0, 2);
                ReadSpread(features);
                return count;
            }

            for (int channel = 0; channel < _channels; channel++)
            {
                ReadChannel(channel, features, channel, _channels + channel);
            }

            return count;
        }

        // Mean, and mean difference of neighbours, of one channel.
        private void ReadChannel(int channel, int[] features, int average, int change)
        {
            byte[] bytes = _bytes;
            int flip = _flip;
            int channels = _channels;
            int step = _stride * channels;
            int at = _at + channel;
            int sum = 0;
            int changes = 0;
            for (int i = 0; i < _pairs; i++)
            {
                int here = bytes[at] ^ flip;
                int difference = (bytes[at + channels] ^ flip) - here;
                sum += here;
                changes += difference < 0 ? -difference : difference;
                at += step;
            }

            if (_pairs < _lookedAt)
            {
                sum += bytes[at] ^ flip;
            }

            features[average] = Mean(sum << 8, _lookedAt) - ZeroQ8;
            features[change] = Limited(Mean(changes << 8, _pairs));
        }

        // Mean deviation from the mean, and share of the elements at the ends of the range.
        private void ReadSpread(int[] features)
        {
            byte[] bytes = _bytes;
            int flip = _flip;
            int middle = features[0] + ZeroQ8;
            int at = _at;
            int deviations = 0;
            int ends = 0;
            for (int i = 0; i < _lookedAt; i++)
            {
                int here = bytes[at] ^ flip;
                int deviation = (here << 8) - middle;
                deviations += deviation < 0 ? -deviation : deviation;
                if (here == 0 || here == 255)
                {
                    ends++;
                }

                at += _stride;
            }

            features[1] = Limited(Mean(deviations, _lookedAt));
            features[3] = Mean(ends << 8, _lookedAt);
        }

        private static int Mean(int sum, int count)
        {
            return count == 0 ? 0 : (sum + (count >> 1)) / count;
        }

        private static int Limited(int value)
        {
            return value > Largest ? Largest : value;
        }
    }
}
