using TinyNano.Compiler.Emit;
using TinyNano.Fleet.Drift;

namespace TinyNano.Fleet.Tests.Drift;

/// <summary>The detector on streams drawn from known distributions; the experiment with cameras is the benches'.</summary>
public class DriftDetectorTests
{
    private const int Seed = 20261124;

    private static readonly DriftOptions Quick = new() { Streams = 300, CleanSamples = 4000 };

    private static readonly ReferenceHistograms Reference = new()
    {
        Samples = 400,
        Confidence = [0, 0, 0, 0, 0, 0, 10, 10, 20, 20, 30, 40, 50, 60, 80, 80],
        Entropy = [200, 100, 50, 30, 10, 10, 0, 0],
        Classes = [100, 150, 150],
    };

    [Fact]
    public void Thresholds_AreTheSameForTheSameReference_AndStricterForMoreFamilies()
    {
        DriftThresholds one = DriftThresholds.For(Reference, Quick), other = DriftThresholds.For(Reference, Quick with { Seed = 2 });
        Assert.Same(one, DriftThresholds.For(ReferenceHistograms.Read(Reference.Write())!, Quick));
        Assert.NotEqual(one.Of(0, 0), other.Of(0, 0));
        Assert.InRange(one.Of(0, 0)!.Value / other.Of(0, 0)!.Value, 0.8, 1.25);

        // Classes have no order: no distance of cumulated shares, no mean.
        Assert.Equal([false, true, true], [one.Of(2, 0) is null, one.Of(2, 1) is null, one.Of(2, 2) is null]);
    }

    [Fact]
    public void CleanStreams_RaiseNoAlarm()
    {
        int alarms = 0;
        for (int stream = 0; stream < 40; stream++)
        {
            alarms += FirstAlarm(Seed + stream, 4000, 0, shift: 0) is null ? 0 : 1;
        }

        Assert.True(alarms <= 2, $"{alarms} of 40 clean streams raise an alarm (seed {Seed})");
    }

    [Fact]
    public void Drift_IsFoundWithin200Samples_NamedAndTimed()
    {
        for (int stream = 0; stream < 10; stream++)
        {
            (long at, DriftVerdict verdict) = FirstAlarm(Seed + stream, 4000, 1000, shift: 3)!.Value;
            Assert.True(at is > 1000 and <= 1200, $"found at {at}, drift began at 1000 (seed {Seed + stream})");
            Assert.Equal(("confidence", -1), (verdict.Findings[0].Family, verdict.Findings[0].Direction));
            Assert.Equal((at, DateTimeOffset.UnixEpoch.AddSeconds(at)), (verdict.SinceSample, verdict.Since));
        }
    }

    [Fact]
    public void Alarm_EndsWhenTheDriftDoes()
    {
        DriftDetector detector = new(Reference, Quick);
        Random random = new(Seed);
        for (int block = 0; block < 60; block++)
        {
            detector.Add(Draw(random, block is >= 20 and < 30 ? 4 : 0), DateTimeOffset.UnixEpoch);
        }

        Assert.False(detector.Verdict.Drifts, detector.Verdict.ToString());
        detector.Reset();
        Assert.Equal((0, false), (detector.Samples, detector.Verdict.Drifts));
    }

    [Fact]
    public void Counts_OfAnotherLayout_AreRefused()
    {
        DriftDetector detector = new(Reference, Quick);
        Assert.Throws<ArgumentException>(() => detector.Add(new int[26], DateTimeOffset.UnixEpoch));
        Assert.Throws<ArgumentException>(() => detector.Add([-1, .. new int[26]], DateTimeOffset.UnixEpoch));
        Assert.Equal(0, detector.Add(new int[27], DateTimeOffset.UnixEpoch).Samples);
    }

    private static (long At, DriftVerdict Verdict)? FirstAlarm(int seed, int samples, int from, int shift)
    {
        DriftDetector detector = new(Reference, Quick);
        Random random = new(seed);
        for (int at = 0; at < samples; at += 20)
        {
            DriftVerdict verdict = detector.Add(Draw(random, at >= from ? shift : 0), DateTimeOffset.UnixEpoch.AddSeconds(at + 20));
            if (verdict.Drifts)
            {
                return (at + 20, verdict);
            }
        }

        return null;
    }

    // 20 samples; a shift takes the confidence that many bins down.
    private static int[] Draw(Random random, int shift)
    {
        int[] counts = new int[27];
        for (int i = 0; i < 20; i++)
        {
            counts[Math.Max(0, Bin(random, Reference.Confidence) - shift)]++;
            counts[16 + Bin(random, Reference.Entropy)]++;
            counts[24 + Bin(random, Reference.Classes)]++;
        }

        return counts;
    }

    private static int Bin(Random random, IReadOnlyList<int> counts)
    {
        int ticket = random.Next(counts.Sum()), bin = 0;
        while ((ticket -= counts[bin]) >= 0)
        {
            bin++;
        }

        return bin;
    }
}
