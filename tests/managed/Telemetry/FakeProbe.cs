using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    public sealed class FakeProbe : IDeviceProbe
    {
        public int FreeHeapBytes
        {
            get { return 1234; }
        }

        public int Rssi
        {
            get { return -50; }
        }

        public string Firmware
        {
            get { return "fake 1"; }
        }
    }
}
