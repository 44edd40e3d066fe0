using TinyNano.Fleet.Drift;

namespace TinyNano.Fleet.Tests.Drift;

public class DriftStatisticsTests
{
    [Fact]
    public void Equal_Histograms_AreNoDistanceApart()
    {
        int[] a = [10, 20, 30], b = [100, 200, 300];
        Assert.Equal(0, DriftStatistics.KolmogorovSmirnov(a, b), 12);
        Assert.Equal(0, DriftStatistics.ChiSquare(a, b), 12);
        Assert.InRange(DriftStatistics.Psi(a, b), 0, 0.001);
    }

    [Fact]
    public void Distances_AreTheTextbooks()
    {
        // Shares 0.5, 0.5 against 0.25, 0.75.
        int[] a = [50, 50], b = [25, 75];
        Assert.Equal(0.25, DriftStatistics.KolmogorovSmirnov(a, b), 12);
        Assert.Equal(13.3333, DriftStatistics.ChiSquare(a, b), 4);
        double half = 0.5, quarter = 25.5 / 101;
        Assert.Equal((half - quarter) * Math.Log(half / quarter) + (half - (1 - quarter)) * Math.Log(half / (1 - quarter)), DriftStatistics.Psi(a, b), 12);
    }

    [Fact]
    public void Psi_OfEmptyBins_IsFinite() => Assert.InRange(DriftStatistics.Psi([100, 0], [0, 100]), 5, 20);

    [Fact]
    public void PageHinkley_AddsUpWhatIsBeyondTheAllowance_AndFallsAgain()
    {
        // Mean bin 0.5, deviation 0.5: a sample in bin 1 is one deviation up.
        PageHinkley test = new([50, 50], allowance: 0.25, limit: 10);
        Assert.Equal(0.75, test.Add([0, 1]), 12);
        Assert.Equal(3 * 0.75, test.Add([0, 2]), 12);
        Assert.Equal((3 * 0.75) - 1.25, test.Add([1, 0]), 12);
        test.Add([0, 100]);
        Assert.Equal((10.0, 0.0), (test.Up, test.Down));
        test.Add([10, 0]);
        Assert.Equal(0, test.Up);
        Assert.Equal(7.5, test.Down, 12);
    }
}
