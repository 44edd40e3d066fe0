using System;
using System.Threading;

namespace TinyNano.Sensors
{
    /// <summary>
    /// Accelerometer and gyroscope MPU-6050 or MPU-6886. Channels are acceleration x, y, z and, where asked for, rotation x, y, z, in
    /// counts: 32768 is the full range.
    /// </summary>
    public sealed class Mpu6050Source : ISampleSource
    {
        public const int DefaultAddress = 0x68;

        private const int SampleRateDivider = 0x19;
        private const int Config = 0x1A;
        private const int GyroConfig = 0x1B;
        private const int AccelConfig = 0x1C;
        private const int AccelConfig2 = 0x1D;
        private const int AccelXHigh = 0x3B;
        private const int PowerManagement1 = 0x6B;
        private const int WhoAmI = 0x75;

        private const int IsMpu6050 = 0x68;
        private const int IsMpu6886 = 0x19;
        private const int DeviceReset = 0x80;
        private const int ClockFromGyro = 0x01;
        private const int Sleep = 0x40;

        // Low-pass of about 44 Hz (MPU-6050) or 45 Hz (MPU-6886); with any low-pass the chip samples at 1 kHz inside.
        private const int LowPass = 3;
        private const int InternalRate = 1000;
        private const int ResetMilliseconds = 100;

        private const int AccelBytes = 6;

        // Acceleration, temperature, rotation: one read takes all of one instant.
        private const int AllBytes = 14;
        private const int GyroAt = 8;

        private readonly IRegisterDevice _device;
        private readonly byte[] _bytes = new byte[AllBytes];
        private readonly bool _withGyro;
        private int _frames;

        /// <param name="device">Owned from here on.</param>
        /// <param name="withGyro">Six channels instead of three.</param>
        /// <param name="rangeG">Full range of acceleration: 2, 4, 8 or 16 g.</param>
        /// <param name="rangeDegrees">Full range of rotation: 250, 500, 1000 or 2000 degrees a second.</param>
        /// <param name="sampleRate">Samples a second that the chip should renew its registers at, 4 .. 1000; rounded up to 1000 / n.</param>
        /// <exception cref="ArgumentException">A range that the chip has not.</exception>
        /// <exception cref="InvalidOperationException">Nothing answers, or another chip.</exception>
        public Mpu6050Source(IRegisterDevice device, bool withGyro, int rangeG, int rangeDegrees, int sampleRate)
        {
            int accelBits = RangeBits(rangeG, 2);
            int gyroBits = RangeBits(rangeDegrees, 250);
            if (sampleRate < 4 || sampleRate > InternalRate)
            {
                throw new ArgumentException("sampleRate");
            }

            _device = device;
            _withGyro = withGyro;
            if (!device.Read(WhoAmI, _bytes, 1) || (_bytes[0] != IsMpu6050 && _bytes[0] != IsMpu6886))
            {
                throw new InvalidOperationException("MPU-6050: no answer");
            }

            bool has6886 = _bytes[0] == IsMpu6886;
            device.Write(PowerManagement1, DeviceReset);
            Thread.Sleep(ResetMilliseconds);
            bool done = device.Write(PowerManagement1, ClockFromGyro)
                && device.Write(Config, LowPass)
                && device.Write(SampleRateDivider, InternalRate / sampleRate - 1)
                && device.Write(GyroConfig, gyroBits << 3)
                && device.Write(AccelConfig, accelBits << 3)
                && (!has6886 || device.Write(AccelConfig2, LowPass));
            if (!done)
            {
                throw new InvalidOperationException("MPU-6050: setup");
            }
        }

        public int Channels
        {
            get { return _withGyro ? 6 : 3; }
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
            get { return _device.Errors; }
        }

        public int Lost
        {
            get { return 0; }
        }

        public int Read(short[] buffer, int start, int maxFrames)
        {
            if (maxFrames < 1 || !_device.Read(AccelXHigh, _bytes, _withGyro ? AllBytes : AccelBytes))
            {
                return 0;
            }

            Copy(0, buffer, start);
            if (_withGyro)
            {
                Copy(GyroAt, buffer, start + 3);
            }

            _frames++;
            return 1;
        }

        /// <summary>Puts the chip to sleep.</summary>
        public void Dispose()
        {
            _device.Write(PowerManagement1, Sleep);
            _device.Dispose();
        }

        // The ranges are four, each twice the one before.
        private static int RangeBits(int range, int smallest)
        {
            for (int bits = 0; bits < 4; bits++)
            {
                if (range == smallest << bits)
                {
                    return bits;
                }
            }

            throw new ArgumentException("range");
        }

        private void Copy(int from, short[] buffer, int start)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                int at = from + axis * 2;
                buffer[start + axis] = (short)((_bytes[at] << 8) | _bytes[at + 1]);
            }
        }
    }
}
