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

        public string Firmware
        {
            get { return SystemInfo.TargetName + " " + SystemInfo.Version.ToString(); }
        }
    }
}
