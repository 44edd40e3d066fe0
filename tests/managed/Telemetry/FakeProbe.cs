using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    public sealed class FakeProbe : IDeviceProbe
    {
        public int FreeHeapBytes
        {
            get { return 1234; }
        }

        public string Firmware
        {
            get { return "fake 1"; }
        }
    }
}
