using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Quantize;
using TinyNano.TestKit;
using Xunit;

namespace TinyNano.Compiler.Tests.Quantize;

/// <summary>Histograms and the ranges found in them, on distributions whose answers are known.</summary>
public sealed class RangeSearchTests
{
    [Fact]
    public void Histogram_DoesNotDependOnOrderOrSharing()
    {
        float[] values = [.. Normal(7, 5000).Select((v, i) => i % 100 == 0 ? v * 1000 : v)];
        Histogram whole = new();
        whole.Add(values);
        Histogram backwards = new();
        foreach (float value in values.Reverse())
        {
            backwards.Add([value]);
        }

        (Histogram first, Histogram second) = (new Histogram(), new Histogram());
        first.Add(values.AsSpan(0, 90));
        second.Add(values.AsSpan(90));
        first.Add(second);
        foreach (Histogram other in new[] { backwards, first })
        {
            Assert.Equal(whole.Width, other.Width);
            Assert.Equal(whole.First, other.First);
            Assert.Equal(whole.Counts.ToArray(), other.Counts.ToArray());
        }

        Assert.Equal(5000, whole.Total);
        Assert.InRange(whole.Counts.Length, Histogram.MostCells / 2, Histogram.MostCells);
    }

    [Fact]
    public void Histogram_LeavesOutWhatIsNotFinite_AndTakesAnyMagnitude()
    {
        Histogram histogram = new();
        histogram.Add([float.NaN, float.NegativeInfinity, 1, float.MaxValue, -float.MaxValue, 1e-38f]);

        Assert.Equal(4, histogram.Total);
    }

    [Fact]
    public void Percentile_CutsTheTailsOfAUniformDistribution()
    {
        (Histogram histogram, float min, float max) = Fill([.. Enumerable.Range(0, 100_000).Select(i => i / 100_000f)]);

        (double lo, double hi) = RangeSearch.Percentile(histogram, min, max, 0.01);

        Assert.Equal(0.01, lo, 3);
        Assert.Equal(0.99, hi, 3);
    }

    [Fact]
    public void Mse_FindsTheKnownOptimumOfTheNormalDistribution()
    {
        // Banner et al., Post-training 4-bit quantization (2019), table of clipping values: 3.92 sigma for 8 bits.
        (Histogram histogram, float min, float max) = Fill(Normal(3, 1_000_000));

        (double lo, double hi) = RangeSearch.Mse(histogram, min, max, 256);

        Assert.InRange(hi, 3.7, 4.15);
        Assert.InRange(lo, -4.15, -3.7);
    }

    [Fact]
    public void Mse_KeepsAllOfAUniformDistribution()
    {
        (Histogram histogram, float min, float max) = Fill([.. Enumerable.Range(-500, 1001).Select(i => i / 500f)]);

        (double lo, double hi) = RangeSearch.Mse(histogram, min, max, 256);

        Assert.InRange(hi, 0.98, 1);
        Assert.InRange(lo, -1, -0.98);
    }

    [Fact]
    public void Entropy_CutsOffARareOutlier_AndKeepsAUniformDistribution()
    {
        (Histogram spiked, float min, float max) = Fill([.. Normal(5, 100_000), 100]);
        (double _, double hi) = RangeSearch.Entropy(spiked, min, max, 256);
        Assert.InRange(hi, 3, 20);

        (Histogram flat, float flatMin, float flatMax) = Fill([.. Enumerable.Range(0, 100_000).Select(i => i / 100_000f)]);
        (_, double all) = RangeSearch.Entropy(flat, flatMin, flatMax, 256);
        Assert.InRange(all, 0.9, 1);
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.Mse)]
    public void Ranges_StayWithinWhatWasSeen(CalibrationMethod method)
    {
        Graph graph = GraphParser.Parse("graph g\ninput %x: f32[1,1000]\n%y: f32[1,1000] = Add(%x, %x)\noutput %y");
        IReadOnlyList<Tensor>[] samples = [.. Enumerable.Range(0, 20).Select(i => (IReadOnlyList<Tensor>)[Tensor.Of(new Shape(1, 1000), Normal((ulong)i, 1000))])];
        float most = samples.Max(s => s[0].Floats.Max());
        int reported = 0;

        Ranges ranges = Calibrator.Observe(graph, samples, method, new Count(() => reported++));

        (float min, float max) = ranges.Of("y", DType.Int8);
        Assert.True(max <= 2 * most && max > 2 && min < -2);
        Assert.Equal(method == CalibrationMethod.MinMax, max == 2 * most);
        Assert.Equal(20, reported);
    }

    [Fact]
    public void NoSamples_AreAnError() =>
        Assert.Equal("TN3107", Assert.Throws<CompileException>(() => Calibrator.Observe(new Graph("g"), [], CalibrationMethod.MinMax)).Diagnostics[0].Id);

    private static (Histogram Histogram, float Min, float Max) Fill(float[] values)
    {
        Histogram histogram = new();
        histogram.Add(values);
        return (histogram, values.Min(), values.Max());
    }

    /// <summary>Numbers of the standard normal distribution (Box and Muller).</summary>
    private static float[] Normal(ulong seed, int count)
    {
        Seeded random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextFloat(0, 1)));
            values[i] = (float)(radius * Math.Cos(2 * Math.PI * random.NextFloat(0, 1)));
        }

        return values;
    }

    private sealed class Count : IProgress<int>
    {
        private readonly Action _count;
        private readonly Lock _lock = new();

        public Count(Action count) => _count = count;

        public void Report(int value)
        {
            lock (_lock)
            {
                _count();
            }
        }
    }
}
