using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using nanoFramework.Hardware.Esp32;
using TinyNano.NanoPlatform;
using TinyNano.Sensors;

namespace TinyNano.App
{
    /// <summary>The desk's twin of managed/TinyNano.App/Board.cs: the virtual board that the application runs on.</summary>
    public static class Board
    {
        public static string DeviceId
        {
            get { return VirtualBoard.Current.Name; }
        }

        public static bool ShouldStop
        {
            get { return VirtualBoard.Current.ShouldStop; }
        }

        /// <exception cref="ArgumentException">The board was given settings that the application does not know.</exception>
        public static AppSettings LoadSettings()
        {
            VirtualBoard board = VirtualBoard.Current;
            return ReadSettings(board.Settings.Values, board.Settings.StateFolder);
        }

        /// <summary>The settings of an application whose files are in a folder.</summary>
        /// <exception cref="ArgumentException">A setting is unknown, or its value cannot be read.</exception>
        public static AppSettings ReadSettings(IReadOnlyDictionary<string, string> values, string folder)
        {
            AppSettings settings = new AppSettings();
            settings.StorageRoot = folder + Path.DirectorySeparatorChar;
            StringBuilder text = new StringBuilder();
            foreach (KeyValuePair<string, string> value in values)
            {
                text.Append(value.Key).Append('=').Append(value.Value).Append('\n');
            }

            SettingsReader reader = new SettingsReader(settings);
            reader.Read(text.ToString());
            if (reader.Refused != null)
            {
                throw new ArgumentException(reader.Refused);
            }

            return settings;
        }

        public static void ConnectNetwork(AppSettings settings)
        {
            // The desk is on the network already.
        }

        public static IClock CreateClock()
        {
            return new BoardClock(VirtualBoard.Current.Clock);
        }

        public static void DeepSleep(int seconds)
        {
            Sleep.EnableWakeupByTimer(new TimeSpan(0, 0, seconds));
            Sleep.StartDeepSleep();
        }

        private sealed class BoardClock : IClock
        {
            private readonly IBoardClock _clock;

            internal BoardClock(IBoardClock clock)
            {
                _clock = clock;
            }

            public long Microseconds
            {
                get { return _clock.Microseconds; }
            }

            public void SleepUntil(long microseconds)
            {
                _clock.SleepUntil(microseconds);
            }
        }
    }
}
