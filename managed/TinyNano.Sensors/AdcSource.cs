using System;
using System.Device.Adc;

namespace TinyNano.Sensors
{
    /// <summary>Channels of the analogue-to-digital converter, sampled one after the other whenever they are read.</summary>
    public sealed class AdcSource : ISampleSource
    {
        private readonly AdcChannel[] _channels;

        // Converters of more than 15 bits give up their lowest ones, so that a sample is an int16.
        private readonly int _shift;
        private int _frames;

        /// <param name="controller">The converter.</param>
        /// <param name="channels">Numbers of the channels, in the order of the model's input.</param>
        public AdcSource(AdcController controller, int[] channels)
        {
            _channels = new AdcChannel[channels.Length];
            for (int i = 0; i < channels.Length; i++)
            {
                _channels[i] = controller.OpenChannel(channels[i]);
            }

            _shift = controller.ResolutionInBits > 15 ? controller.ResolutionInBits - 15 : 0;
        }

        public int Channels
        {
            get { return _channels.Length; }
        }

        public bool IsSelfTimed
        {
            get { return false; }
        }

        public int FrameNumber
        {
            get { return _frames & 0xFFFF; }
        }

        public int Errors
        {
            get { return 0; }
        }

        public int Lost
        {
            get { return 0; }
        }

        public int Read(short[] buffer, int start, int maxFrames)
        {
            if (maxFrames < 1)
            {
                return 0;
            }

            for (int i = 0; i < _channels.Length; i++)
            {
                buffer[start + i] = (short)(_channels[i].ReadValue() >> _shift);
            }

            _frames++;
            return 1;
        }

        public void Dispose()
        {
            for (int i = 0; i < _channels.Length; i++)
            {
                _channels[i].Dispose();
            }
        }
    }
}
