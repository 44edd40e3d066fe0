using System;
using System.Device.Adc;
using System.Device.I2c;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>Opens the sensor that the settings name.</summary>
    internal static class SensorFactory
    {
        /// <param name="settings">Kind of the sensor, bus, address, channels.</param>
        /// <param name="inputLength">Elements of the model's input: the pixels that an imager must have.</param>
        /// <exception cref="Exception">It does not answer, or is none that is known.</exception>
        internal static ISampleSource Open(AppSettings settings, int inputLength)
        {
            switch (settings.Sensor)
            {
                case SensorKind.Adc:
                    return new AdcSource(new AdcController(), settings.AdcChannels);
                case SensorKind.Imager:
                    return new ImagerSource(OpenRegisters(settings), inputLength);
                case SensorKind.Accelerometer:
                case SensorKind.Motion:
                    return new Mpu6050Source(
                        OpenRegisters(settings),
                        settings.Sensor == SensorKind.Motion,
                        settings.AccelerationRange,
                        settings.RotationRange,
                        settings.SampleRate);
                default:
                    throw new ArgumentException("sensor");
            }
        }

        private static IRegisterDevice OpenRegisters(AppSettings settings)
        {
            return new I2cRegisters(new I2cDevice(new I2cConnectionSettings(settings.I2cBus, settings.I2cAddress, I2cBusSpeed.FastMode)));
        }
    }
}
