using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Messaging;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class TelemetryReporterTests
    {
        private const long Start = 5000000;

        [TestMethod]
        public static void Telemetry_IsDueEveryInterval()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            TelemetryReporter reporter = new TelemetryReporter(bus, new Topics("r", "d"), new FakeProbe(), Start, 10);
            Assert.IsFalse(reporter.IsDue(Start + 9999999));
            Assert.IsTrue(reporter.IsDue(Start + 10000000));
            reporter.Restarts = 3;
            reporter.Counters.Frames = 77;
            reporter.RecordInference(90);
            reporter.PublishTelemetry(Start + 12000000);
            Assert.IsFalse(reporter.IsDue(Start + 21999999));
            Assert.IsTrue(reporter.IsDue(Start + 22000000));
            TelemetryMessage message = new TelemetryMessage();
            byte[] payload = bus.Last("r/d/telemetry");
            Assert.IsTrue(message.Decode(payload, payload.Length));
            Assert.AreEqual(12u, message.UptimeSeconds);
            Assert.AreEqual(1u, message.Inferences);
            Assert.AreEqual(77u, message.Frames);
            Assert.AreEqual(1234u, message.FreeHeap);
            Assert.AreEqual(3, message.Restarts);
            Assert.AreEqual(90u, message.LatencyMean);
        }

        [TestMethod]
        public static void ZeroInterval_IsNeverDue()
        {
            TelemetryReporter reporter = new TelemetryReporter(new LoopbackBus(), new Topics("r", "d"), new FakeProbe(), Start, 0);
            Assert.IsFalse(reporter.IsDue(long.MaxValue));
        }

        [TestMethod]
        public static void Messages_ShareOneSequence()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            TelemetryReporter reporter = new TelemetryReporter(bus, new Topics("r", "d"), new FakeProbe(), Start, 10);
            StateMessage state = new StateMessage();
            ResultMessage result = new ResultMessage();
            reporter.PublishState(state, Start + 1000000);
            reporter.PublishResult(result, Start + 2500000);
            Assert.AreEqual(0u, state.Sequence);
            Assert.AreEqual(1u, result.Sequence);
            Assert.AreEqual(2500u, result.UptimeMilliseconds);
            Assert.IsTrue(bus.Retained(0));
            Assert.IsFalse(bus.Retained(1));
            byte[] payload = bus.Last("r/d/state");
            StateMessage read = new StateMessage();
            Assert.IsTrue(read.Decode(payload, payload.Length));
            Assert.AreEqual("fake 1", read.Firmware);
            Assert.AreEqual(1u, read.UptimeSeconds);
        }

        [TestMethod]
        public static void Json_IsPublishedBeside()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            TelemetryReporter reporter = new TelemetryReporter(bus, new Topics("r", "d"), new FakeProbe(), Start, 10);
            reporter.PublishJson(new ResultMessage(), "bag");
            Assert.AreEqual((byte)'{', bus.Last("r/d/result/json")[0]);
            reporter.PublishJson(new ResultMessage(), new string('x', 300));
            Assert.AreEqual(1, bus.Count);
        }
    }
}
