using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Messaging;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class HealthReporterTests
    {
        private const long Second = 1000000;

        [TestMethod]
        public static void Message_IsDueEveryInterval()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            HealthReporter health = NewReporter(bus);
            HealthMonitor monitor = NewMonitor();
            health.Watch(monitor, 7, 0x12345678, 0);
            monitor.Record(500);
            health.Tick(9 * Second);
            Assert.AreEqual(0, bus.Count);
            health.Tick(10 * Second);
            Assert.AreEqual(1, bus.Count);
            Assert.IsFalse(bus.Retained(0));
            HealthMessage message = Last(bus);
            Assert.AreEqual(10u, message.UptimeSeconds);
            Assert.AreEqual(1u, message.Inferences);
            Assert.AreEqual(7u, message.ModelVersion);
            Assert.AreEqual(0x12345678u, message.ModelCrc);
            Assert.AreEqual(500u, message.LatencyMean);
            Assert.AreEqual(1234u, message.FreeHeap);
            Assert.AreEqual(-50, message.Rssi);
            Assert.AreEqual(4, message.Restarts);
        }

        [TestMethod]
        public static void Disconnect_LosesNoCount()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            HealthReporter health = NewReporter(bus);
            HealthMonitor monitor = NewMonitor();
            OutputStatistics output = Output();
            health.Watch(monitor, 1, 1, 0);
            HealthMessage before = null;
            uint inferences = 0;
            int counted = 0;
            int messages = 0;
            for (int second = 1; second <= 1000; second++)
            {
                monitor.Record(1);
                monitor.RecordOutput(output);

                // Gone for 300 s: 30 intervals, of which 12 wait.
                bus.SetConnected(second < 300 || second >= 600);
                int count = bus.Count;
                health.Tick(second * Second);
                Assert.IsTrue(health.Waiting <= HealthReporter.Capacity);
                if (bus.Count > count)
                {
                    HealthMessage message = Last(bus);
                    inferences += HealthDifference.Inferences(before, message);
                    counted += HealthDifference.Count(before, message, 15);
                    before = message;
                    messages++;
                }
            }

            Assert.AreEqual(0, health.Waiting);
            Assert.AreEqual(1000u, inferences);
            Assert.AreEqual(1000, counted);

            // 300 to 600 s make 31, of which 19 give way.
            Assert.AreEqual(100 - 19, messages);
        }

        [TestMethod]
        public static void LostMessages_AreInTheNextOne()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            HealthReporter health = NewReporter(bus);
            HealthMonitor monitor = NewMonitor();
            OutputStatistics output = Output();
            health.Watch(monitor, 1, 1, 0);
            HealthMessage before = null;
            int counted = 0;
            for (int i = 1; i <= 50; i++)
            {
                for (int k = 0; k < 4000; k++)
                {
                    monitor.Record(1);
                    monitor.RecordOutput(output);
                }

                health.Tick(i * 10 * Second);

                // Only every seventh and the last arrive; the count has wrapped three times by then.
                if (i % 7 == 0 || i == 50)
                {
                    HealthMessage message = Last(bus);
                    counted += HealthDifference.Count(before, message, 15);
                    before = message;
                }
            }

            Assert.AreEqual(200000, counted);
        }

        [TestMethod]
        public static void AnotherModel_BeginsAnew()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            HealthReporter health = NewReporter(bus);
            HealthMonitor monitor = NewMonitor();
            health.Watch(monitor, 1, 1, 0);
            monitor.Record(5);
            health.Watch(NewMonitor(), 2, 2, Second);
            health.Tick(2 * Second);
            HealthMessage first = Last(bus);
            Assert.AreEqual(1u, first.ModelCrc);
            Assert.AreEqual(1u, first.Inferences);
            health.Tick(11 * Second);
            HealthMessage second = Last(bus);
            Assert.AreEqual(2u, second.ModelCrc);
            Assert.AreEqual(0u, second.Inferences);
            Assert.IsFalse(HealthDifference.Continues(first, second));
        }

        [TestMethod]
        public static void NoModel_NoMessages()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            HealthReporter health = NewReporter(bus);
            health.Tick(100 * Second);
            health.Report(200 * Second);
            health.PublishAll();
            Assert.AreEqual(0, bus.Count);
        }

        private static HealthReporter NewReporter(IMessageBus bus)
        {
            Topics topics = new Topics("r", "d");
            TelemetryReporter reporter = new TelemetryReporter(bus, topics, new FakeProbe(), 0, 0);
            reporter.Restarts = 4;
            return new HealthReporter(bus, topics, new FakeProbe(), reporter, 0, 10);
        }

        private static HealthMonitor NewMonitor()
        {
            return new HealthMonitor(2, 0, false, new HealthEdges(1));
        }

        // Sure: the last bin of confidence.
        private static OutputStatistics Output()
        {
            OutputStatistics output = new OutputStatistics(2, 1.0f / 256, -128);
            output.Evaluate(new sbyte[] { 127, -128 });
            return output;
        }

        private static HealthMessage Last(LoopbackBus bus)
        {
            byte[] payload = bus.Last("r/d/health");
            HealthMessage message = new HealthMessage();
            Assert.IsTrue(message.Decode(payload, payload.Length));
            return message;
        }
    }
}
