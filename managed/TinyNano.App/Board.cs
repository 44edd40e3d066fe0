using System;
using System.IO;
using System.Threading;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Networking;
using nanoFramework.Runtime.Native;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>
    /// What only the board knows. This file is for ESP32; another family has another one with the same members, and so has the desk.
    /// </summary>
    public static class Board
    {
        private const string SettingsFile = "I:\\tinynano.txt";

        /// <summary>A name for devices that were given none; two boards of one kind then have the same.</summary>
        public static string DeviceId
        {
            get { return SystemInfo.TargetName.ToLower(); }
        }

        /// <summary>Whether the application should end; a device runs for ever.</summary>
        public static bool ShouldStop
        {
            get { return false; }
        }

        /// <summary>Settings from the file system, and the pins that they name.</summary>
        public static AppSettings LoadSettings()
        {
            AppSettings settings = new AppSettings();
            if (File.Exists(SettingsFile))
            {
                new SettingsReader(settings).Read(File.ReadAllText(SettingsFile));
            }

            if (settings.I2cDataPin >= 0)
            {
                Configuration.SetPinFunction(settings.I2cDataPin, settings.I2cBus == 1 ? DeviceFunction.I2C1_DATA : DeviceFunction.I2C2_DATA);
                Configuration.SetPinFunction(settings.I2cClockPin, settings.I2cBus == 1 ? DeviceFunction.I2C1_CLOCK : DeviceFunction.I2C2_CLOCK);
            }

            return settings;
        }

        /// <summary>Joins the network. Returns without it where it is not there: the bus goes on trying.</summary>
        public static void ConnectNetwork(AppSettings settings)
        {
            // TLS compares the dates of certificates with the clock.
            if (string.IsNullOrEmpty(settings.WifiSsid))
            {
                WifiNetworkHelper.Reconnect(requiresDateTime: settings.UseTls);
            }
            else
            {
                WifiNetworkHelper.ConnectDhcp(settings.WifiSsid, settings.WifiPassword, requiresDateTime: settings.UseTls);
            }
        }

        public static IClock CreateClock()
        {
            return new Esp32Clock();
        }

        /// <summary>Sleeps so deeply that the device starts anew afterwards. Does not return.</summary>
        public static void DeepSleep(int seconds)
        {
            Sleep.EnableWakeupByTimer(new TimeSpan(0, 0, seconds));
            Sleep.StartDeepSleep();
        }

        /// <summary>The microseconds of the chip.</summary>
        private sealed class Esp32Clock : IClock
        {
            public long Microseconds
            {
                get { return (long)HighResTimer.GetCurrent(); }
            }

            public void SleepUntil(long microseconds)
            {
                long left = microseconds - Microseconds;
                while (left > 0)
                {
                    // The last millisecond passes in turns of other threads.
                    Thread.Sleep((int)(left / 1000));
                    left = microseconds - Microseconds;
                }
            }
        }
    }
}
