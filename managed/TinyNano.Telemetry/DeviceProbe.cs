using nanoFramework.Runtime.Native;

namespace TinyNano.Telemetry
{
    /// <summary>Asks nanoFramework.</summary>
    public sealed class DeviceProbe : IDeviceProbe
    {
        public int FreeHeapBytes
        {
            get { return (int)GC.Run(false); }
        }

        /// <summary>What the board has found; nanoFramework tells the signal of an access point only by a scan, which interrupts the connection.</summary>
        public int Rssi { get; set; }

        public string Firmware
        {
            get { return SystemInfo.TargetName + " " + SystemInfo.Version.ToString(); }
        }
    }
}
