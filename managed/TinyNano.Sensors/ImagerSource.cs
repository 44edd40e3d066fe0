using System;

namespace TinyNano.Sensors
{
    /// <summary>
    /// An imager of few pixels over I2C, one byte a pixel: thermal arrays and the like. A frame is read in pieces, because the buffers of
    /// I2C drivers are small. <see cref="ImagerRegisters"/> says what the chip must understand.
    /// </summary>
    public sealed class ImagerSource : ISampleSource
    {
        private readonly IRegisterDevice _device;
        private readonly byte[] _chunk = new byte[ImagerRegisters.BlockBytes];
        private readonly int _pixels;
        private int _lost;
        private int _frameNumber = -1;

        /// <param name="device">Owned from here on.</param>
        /// <param name="pixels">Pixels of a frame that the model expects.</param>
        /// <exception cref="InvalidOperationException">Nothing answers, another chip does, or its frames have another size.</exception>
        public ImagerSource(IRegisterDevice device, int pixels)
        {
            _device = device;
            _pixels = pixels;
            if (!device.Read(ImagerRegisters.Id, _chunk, 1) || _chunk[0] != ImagerRegisters.IdValue)
            {
                throw new InvalidOperationException("imager: no answer");
            }

            if (!device.Read(ImagerRegisters.FrameBytes, _chunk, 2) || (_chunk[0] | (_chunk[1] << 8)) != pixels)
            {
                throw new InvalidOperationException("imager: frame size");
            }

            device.Write(ImagerRegisters.Control, ImagerRegisters.ControlRun);
        }

        public int Channels
        {
            get { return _pixels; }
        }

        public bool IsSelfTimed
        {
            get { return true; }
        }

        public int Errors
        {
            get { return _device.Errors; }
        }

        public int Lost
        {
            get { return _lost; }
        }

        public int FrameNumber
        {
            get { return _frameNumber & 0xFFFF; }
        }

        /// <summary>Whether the imager said that no frame will come any more.</summary>
        public bool HasEnded { get; private set; }

        public int Read(short[] buffer, int start, int maxFrames)
        {
            if (maxFrames < 1 || !_device.Read(ImagerRegisters.Status, _chunk, 1))
            {
                return 0;
            }

            int status = _chunk[0];
            HasEnded = (status & ImagerRegisters.StatusEnd) != 0;
            if ((status & ImagerRegisters.StatusReady) == 0)
            {
                return 0;
            }

            bool complete = ReadNumber() && ReadPixels(buffer, start);
            bool released = _device.Write(ImagerRegisters.Control, ImagerRegisters.ControlRun | ImagerRegisters.ControlRelease);
            return complete && released ? 1 : 0;
        }

        public void Dispose()
        {
            _device.Write(ImagerRegisters.Control, 0);
            _device.Dispose();
        }

        private bool ReadNumber()
        {
            if (!_device.Read(ImagerRegisters.FrameNumber, _chunk, 2))
            {
                return false;
            }

            int number = _chunk[0] | (_chunk[1] << 8);
            if (_frameNumber >= 0)
            {
                _lost += (number - _frameNumber - 1) & 0xFFFF;
            }

            _frameNumber = number;
            return true;
        }

        private bool ReadPixels(short[] buffer, int start)
        {
            int done = 0;
            for (int block = 0; done < _pixels; block++)
            {
                int left = _pixels - done;
                int count = left < ImagerRegisters.BlockBytes ? left : ImagerRegisters.BlockBytes;
                if (!_device.Write(ImagerRegisters.Block, block) || !_device.Read(ImagerRegisters.Data, _chunk, count))
                {
                    return false;
                }

                for (int i = 0; i < count; i++)
                {
                    buffer[start + done + i] = _chunk[i];
                }

                done += count;
            }

            return true;
        }
    }
}
