using System;
using System.Device.I2c;

namespace TinyNano.Sensors
{
    /// <summary>Registers over I2C. A transfer that fails is repeated; the buffers are made once.</summary>
    public sealed class I2cRegisters : IRegisterDevice
    {
        private const int Attempts = 3;

        private readonly I2cDevice _device;
        private readonly byte[] _address = new byte[1];
        private readonly byte[] _write = new byte[2];
        private int _errors;

        /// <param name="device">Owned from here on.</param>
        public I2cRegisters(I2cDevice device)
        {
            _device = device;
        }

        public int Errors
        {
            get { return _errors; }
        }

        public bool Read(int register, byte[] buffer, int count)
        {
            _address[0] = (byte)register;
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                I2cTransferResult result = _device.WriteRead(new SpanByte(_address), new SpanByte(buffer, 0, count));
                if (result.Status == I2cTransferStatus.FullTransfer)
                {
                    return true;
                }

                _errors++;
            }

            return false;
        }

        public bool Write(int register, int value)
        {
            _write[0] = (byte)register;
            _write[1] = (byte)value;
            for (int attempt = 0; attempt < Attempts; attempt++)
            {
                if (_device.Write(new SpanByte(_write)).Status == I2cTransferStatus.FullTransfer)
                {
                    return true;
                }

                _errors++;
            }

            return false;
        }

        public void Dispose()
        {
            _device.Dispose();
        }
    }
}
