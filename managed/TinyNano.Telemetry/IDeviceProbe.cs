namespace TinyNano.Telemetry
{
    /// <summary>What the device knows of itself.</summary>
    public interface IDeviceProbe
    {
        /// <summary>Free bytes of the managed heap. Asking may take some milliseconds.</summary>
        int FreeHeapBytes { get; }

        /// <summary>Strength of the radio signal in dBm; 0: not known.</summary>
        int Rssi { get; }

        /// <summary>Name and version of the firmware.</summary>
        string Firmware { get; }
    }
}
