using TinyNano.Fleet.Rollouts;

namespace TinyNano.Fleet.Tests.Rollouts;

/// <summary>The comparison on drawn fleets; real models are the benches' (`./build.sh gate`).</summary>
public class ModelComparisonTests
{
    private const int Runs = 20;

    // Each device sees things of its own: its confidence differs from that of others, its classes too.
    [Theory]
    [InlineData(0, 0, GateVerdict.Pass)]
    [InlineData(0.06, 0, GateVerdict.Stop)]
    [InlineData(-0.06, 0, GateVerdict.Pass)]
    [InlineData(0, 0.12, GateVerdict.Stop)]
    public void Loss_IsFound_AndNothingElse(double loss, double shift, GateVerdict expected)
    {
        for (int seed = 1; seed <= Runs; seed++)
        {
            Random random = new(seed);
            Fake[] newer = [.. Enumerable.Range(0, 10).Select(_ => new Fake(random, loss, shift))], older = [.. Enumerable.Range(0, 90).Select(_ => new Fake(random, 0, 0))];
            GateResult result = new("accuracy", GateVerdict.Wait, "");
            for (int round = 0; round < 40 && result.Verdict == GateVerdict.Wait; round++)
            {
                foreach (Fake device in newer.Concat(older))
                {
                    device.Run(50);
                }

                result = ModelComparison.Judge("accuracy", 0.05, ModelComparison.Measure([.. newer.Select(d => d.Arm())], [.. older.Select(d => d.Arm())]));
            }

            Assert.True(result.Verdict == expected, $"seed {seed}: {result.Verdict}: {result.Reason}");
        }
    }

    [Fact]
    public void WithoutData_TheGateWaits()
    {
        Assert.Equal(GateVerdict.Wait, ModelComparison.Judge("accuracy", 0.05, ModelComparison.Measure([], [])).Verdict);
        Fake one = new(new Random(1), 0, 0), other = new(new Random(2), 0, 0);
        one.Run(20);
        other.Run(20);
        Assert.Equal(GateVerdict.Wait, ModelComparison.Judge("accuracy", 0.05, ModelComparison.Measure([one.Arm()], [other.Arm()])).Verdict);
    }

    [Fact]
    public void Latency_IsARatio()
    {
        ArmDevice Device(double latency) => new("d", [1], [1], latency, 1, [], []);
        Assert.Equal(1.5, ModelComparison.Measure([Device(300), Device(0)], [Device(200)]).LatencyRatio, 12);
        Assert.Equal(0, ModelComparison.Measure([Device(0)], [Device(200)]).LatencyRatio);
    }

    private sealed class Fake
    {
        private readonly Random _random;
        private readonly double _own;
        private readonly double _loss;
        private readonly double _shift;
        private readonly double _first;
        private readonly int[] _confidence = new int[16];
        private readonly int[] _classes = new int[4];
        private readonly int[] _before = new int[16];
        private readonly int[] _classesBefore = new int[4];

        public Fake(Random random, double loss, double shift)
        {
            _random = random;
            _own = 0.7 + 0.1 * random.NextDouble();
            _first = 0.2 + 0.4 * random.NextDouble();
            _loss = loss;
            _shift = shift;
            for (int i = 0; i < 1000; i++)
            {
                Count(_before, _classesBefore, 0, 0);
            }
        }

        public void Run(int samples)
        {
            for (int i = 0; i < samples; i++)
            {
                Count(_confidence, _classes, _loss, _shift);
            }
        }

        public ArmDevice Arm() => new("d", _confidence, _classes, 1000, _confidence.Sum(), _before, _classesBefore);

        private void Count(int[] confidence, int[] classes, double loss, double shift)
        {
            double value = _own - loss + 0.2 * (_random.NextDouble() + _random.NextDouble() - 1);
            confidence[Math.Clamp((int)(value * 16), 0, 15)]++;
            classes[_random.NextDouble() < _first + shift ? 0 : 1 + _random.Next(3)]++;
        }
    }
}
