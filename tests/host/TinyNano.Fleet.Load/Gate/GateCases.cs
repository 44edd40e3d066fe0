using System.Globalization;
using TinyNano.Demo;
using TinyNano.Fleet.Rollouts;

namespace TinyNano.Fleet.Load.Gate;

/// <summary>`--gate [--runs N]`: worse models must be stopped and taken back, equal ones must reach every device, in each of N seeded runs.</summary>
public sealed class GateCases
{
    private const int Count = 1500;
    private readonly FashionImages _images = FashionImages.Read();
    private readonly GateModel _small;
    private readonly GateModel _large;

    public GateCases()
    {
        Images = Math.Min(Count, _images.Count);
        _small = GateModel.Compile("fashion_v1", 1, _images, Images);
        _large = GateModel.Compile("fashion_v2", 1, _images, Images);
    }

    public int Images { get; }

    public IReadOnlyList<int> Labels => _images.Labels;

    /// <summary>A model and one that is worse by at least 5 points: by noise in its weights, or, with even seeds and where it is that much worse on these images, the smaller one of the demo.</summary>
    public (GateModel Old, GateModel Candidate) Worse(int seed) => seed % 2 == 0 && _small.Accuracy - _large.Accuracy <= -0.05
        ? (_large, _small.As(2)) : (_small, _small.Noisy(2, -0.10, -0.05, seed, _images, Images));

    /// <summary>A model and one that is so damaged that it is no more like its own reference.</summary>
    public (GateModel Old, GateModel Candidate) Damaged(int seed) => (_small, _small.Noisy(2, -0.35, -0.2, seed, _images, Images));

    /// <summary>A model and one that is as good: with odd seeds with a little noise in its weights, with even ones the same.</summary>
    public (GateModel Old, GateModel Candidate) Equal(int seed) => seed % 2 == 0 ? (_large, _large.As(2)) : (_small, _small.Noisy(2, -0.005, 0.005, seed, _images, Images));

    public static async Task<int> MainAsync(string[] args)
    {
        int at = Array.IndexOf(args, "--runs");
        int runs = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 20;
        GateCases cases = new();
        bool right = true;
        foreach ((string name, Func<int, (GateModel, GateModel)> make, RolloutState expected) in new[] { ("worse", (Func<int, (GateModel, GateModel)>)cases.Worse, RolloutState.Reverted), ("equal", cases.Equal, RolloutState.Finished) })
        {
            int good = 0;
            List<int> samples = [];
            for (int seed = 1; seed <= runs; seed++)
            {
                (GateModel old, GateModel candidate) = make(seed);
                GateOutcome outcome = await GateRun.RunAsync(old, candidate, cases.Labels, seed).ConfigureAwait(false);
                good += IsRight(outcome, expected) ? 1 : 0;
                samples.Add(outcome.Samples);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed,2}: {old.Name} to {candidate.Name}, {100 * (candidate.Accuracy - old.Accuracy):+0.0;-0.0;0} points: {outcome.State} after {outcome.Samples} samples a device, {outcome.Took} of {outcome.Devices} had it, {outcome.Candidates} have it; {outcome.Reason}"));
            }

            samples.Sort();
            Console.WriteLine($"{name}: {expected} in {good} of {runs}; decided after {samples[samples.Count / 2]} ({samples[^1]}) samples a device");
            right &= good == runs;
        }

        return right ? 0 : 1;
    }

    /// <summary>Whether it ended as it must: taken back from the tenth that had it, or at everybody.</summary>
    public static bool IsRight(GateOutcome outcome, RolloutState expected, string gate = "accuracy") => outcome.State == expected && (expected == RolloutState.Finished
        ? outcome.Candidates == outcome.Devices
        : outcome is { Candidates: 0, Took: GateRun.Devices / 10 } && outcome.Reason.StartsWith($"gate {gate}:", StringComparison.Ordinal));
}
