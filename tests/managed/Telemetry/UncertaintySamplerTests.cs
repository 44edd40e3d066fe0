using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Messaging;
using TinyNano.Telemetry;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class UncertaintySamplerTests
    {
        private const long Second = 1000000;
        private const long Day = 86400 * Second;

        [TestMethod]
        public static void Sample_ArrivesWhole()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            UncertaintySampler sampler = NewSampler(bus, 784, 100000);
            sampler.ModelCrc = 99;
            sbyte[] input = new sbyte[784];
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = (sbyte)(i * 7);
            }

            Assert.IsTrue(sampler.Offer(Unsure(), input, Day));

            // The pipeline goes on with the next input.
            input[0] = 55;
            Assert.IsFalse(sampler.Offer(Unsure(), input, Day));
            byte[] whole = new byte[784];
            int bytes = 0;
            for (int i = 0; i < 20; i++)
            {
                int count = bus.Count;
                sampler.Tick(Day + i * Second / 4);
                Assert.IsTrue(bus.Count - count <= 1);
            }

            Assert.AreEqual(5, bus.Count);
            for (int i = 0; i < bus.Count; i++)
            {
                Assert.AreEqual("r/d/sample", bus.Topic(i));
                SampleMessage part = new SampleMessage();
                Assert.IsTrue(part.Decode(bus.Payload(i), bus.Payload(i).Length));
                Assert.AreEqual(0u, part.Sample);
                Assert.AreEqual(99u, part.ModelCrc);
                Assert.AreEqual(SampleMessage.MarginReason | SampleMessage.EntropyReason, part.Reasons);
                System.Array.Copy(part.Data, 0, whole, part.Offset, part.DataBytes);
                bytes += part.DataBytes;
            }

            Assert.AreEqual(784, bytes);
            Assert.AreEqual((byte)0, whole[0]);
            for (int i = 1; i < whole.Length; i++)
            {
                Assert.AreEqual((byte)input[i], whole[i]);
            }

            Assert.IsTrue(sampler.Offer(Unsure(), input, Day + 10 * Second));
            Assert.AreEqual(2u, sampler.Samples);
        }

        [TestMethod]
        public static void SureInputs_AreNotSent()
        {
            UncertaintySampler sampler = NewSampler(new LoopbackBus(), 10, 100000);
            OutputStatistics output = new OutputStatistics(3, 1.0f / 256, -128);
            output.Evaluate(new sbyte[] { 100, -128, -128 });
            Assert.IsFalse(sampler.Offer(output, new sbyte[10], Day));
            output.Evaluate(new sbyte[] { 2, 0, -128 });
            Assert.IsTrue(sampler.Offer(output, new sbyte[10], Day));
        }

        [TestMethod]
        public static void WithoutABudget_NothingIsSent()
        {
            Assert.IsFalse(NewSampler(new LoopbackBus(), 10, 0).Offer(Unsure(), new sbyte[10], 1000 * Day));
            Assert.IsFalse(NewSampler(new LoopbackBus(), 70000, 50000000).Offer(Unsure(), new sbyte[70000], 1000 * Day));
        }

        [TestMethod]
        public static void Budget_HoldsInEvery24Hours()
        {
            LoopbackBus bus = new LoopbackBus();
            bus.Start();
            const int Budget = 5000;
            UncertaintySampler sampler = NewSampler(bus, 100, Budget);
            sbyte[] input = new sbyte[100];

            // Four days of minutes, on the first of which the device is idle.
            int[] sent = new int[4 * 1440];
            for (int minute = 1440; minute < sent.Length; minute++)
            {
                int before = bus.Count;
                for (int i = 0; i < 5; i++)
                {
                    long now = (minute * 60L + i) * Second;
                    sampler.Offer(Unsure(), input, now);
                    sampler.Tick(now);
                }

                sent[minute] = (bus.Count - before) * (100 + SampleMessage.FixedBytes);
            }

            int window = 0;
            int most = 0;
            for (int minute = 0; minute < sent.Length; minute++)
            {
                window += sent[minute] - (minute >= 1440 ? sent[minute - 1440] : 0);
                most = window > most ? window : most;
            }

            Assert.IsTrue(most <= Budget, most.ToString());
            Assert.IsTrue(most > Budget * 9 / 10, most.ToString());
        }

        [TestMethod]
        public static void Start_HasNothingToSpend()
        {
            ByteBudget budget = new ByteBudget(1000, 5 * Day);
            Assert.IsFalse(budget.Take(1, 5 * Day));
            Assert.IsTrue(budget.Take(250, 5 * Day + Day / 2));
            Assert.IsFalse(budget.Take(1, 5 * Day + Day / 2));
            Assert.IsFalse(budget.Take(1, 4 * Day));
            Assert.IsFalse(budget.Take(501, 100 * Day));
            Assert.IsTrue(budget.Take(500, 100 * Day));
            ByteBudget large = new ByteBudget(2000000000, 0);
            Assert.IsTrue(large.Take(25000000, 1000 * Day));
            Assert.IsFalse(large.Take(1, 1000 * Day));
        }

        [TestMethod]
        public static void Disconnect_KeepsTheSample()
        {
            LoopbackBus bus = new LoopbackBus();
            UncertaintySampler sampler = NewSampler(bus, 300, 100000);
            Assert.IsTrue(sampler.Offer(Unsure(), new sbyte[300], Day));
            sampler.Tick(Day);
            Assert.AreEqual(0, bus.Dropped);
            bus.Start();
            sampler.Tick(Day + Second);
            sampler.Tick(Day + 2 * Second);
            Assert.AreEqual(2, bus.Count);
        }

        [TestMethod]
        public static void CrowdedBus_ComesFirst()
        {
            LoopbackBus bus = new LoopbackBus();
            UncertaintySampler sampler = NewSampler(bus, 300, 100000);
            Assert.IsTrue(sampler.Offer(Unsure(), new sbyte[300], Day));
            bus.Publish("other", new byte[1], 1, 0, false);
            bus.Start();
            sampler.Tick(Day);
            sampler.Tick(Day + 9 * Second);
            Assert.AreEqual(0, bus.Count);
            sampler.Tick(Day + 10 * Second);
            Assert.AreEqual(1, bus.Count);
        }

        private static UncertaintySampler NewSampler(IMessageBus bus, int inputBytes, int bytesPerDay)
        {
            Topics topics = new Topics("r", "d");
            return new UncertaintySampler(bus, topics, new TelemetryReporter(bus, topics, new FakeProbe(), 0, 0), inputBytes, bytesPerDay, 0);
        }

        private static OutputStatistics Unsure()
        {
            OutputStatistics output = new OutputStatistics(3, 1.0f / 256, -128);
            output.Evaluate(new sbyte[] { -43, -42, -43 });
            return output;
        }
    }
}
