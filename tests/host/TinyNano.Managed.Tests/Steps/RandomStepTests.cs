using System.Text;
using TinyNano.Inference;
using TinyNano.Managed.Tests.Engines;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Managed.Tests.Steps;

/// <summary>Thousands of random models of one or two steps, through every engine: the bytes of the outputs are equal.</summary>
public sealed class RandomStepTests
{
    private const int Models = 10_000;
    private const int LeastPerOperator = 100;

    // Another number gives other models. TINYNANO_SEED takes its place, for long runs.
    private const ulong Seed = 20261124;

    private readonly ITestOutputHelper _output;

    public RandomStepTests(ITestOutputHelper output) => _output = output;

    [Fact]
    public void RandomModels_GiveEqualBytes()
    {
        ulong seed = ulong.TryParse(Environment.GetEnvironmentVariable("TINYNANO_SEED"), out ulong given) ? given : Seed;
        SortedDictionary<int, int> counts = [];
        List<string> failures = [];
        for (int i = 0; i < Models && failures.Count < 10; i++)
        {
            IStepFamily family = StepFamilies.All[i % StepFamilies.All.Count];
            StepModel model = Make(family, new Seeded(seed + (ulong)i));
            counts[family.Op.Code] = counts.GetValueOrDefault(family.Op.Code) + 1;
            try
            {
                if (TestEngines.FirstDifference(model.Blob, model.Records) is string difference)
                {
                    failures.Add($"model {i}: {model.Description}: {difference}");
                }
            }
            catch (RefusedException e)
            {
                failures.Add($"model {i}: {model.Description}: refused: {e.Message}");
            }
        }

        StringBuilder summary = new($"seed {seed}, {counts.Values.Sum()} models:");
        foreach ((int code, int count) in counts)
        {
            summary.Append($" {StepFamilies.All.First(f => f.Op.Code == code).Op.Name} {count}");
        }

        _output.WriteLine(summary.ToString());
        Assert.True(failures.Count == 0, $"{summary}\n{string.Join("\n", failures)}");
        Assert.All(counts, c => Assert.True(c.Value >= LeastPerOperator, $"operator {c.Key} appears {c.Value} times"));
    }

    // Some have a second step, of the same operator or of another one.
    private static StepModel Make(IStepFamily family, Seeded random)
    {
        StepModel model = family.Make(random);
        return random.Int(0, 5) switch
        {
            0 => model.Then(family.Make(random)),
            1 => model.Then(random.Of([.. StepFamilies.All]).Make(random)),
            _ => model,
        };
    }

    [Fact]
    public void EveryOperatorOfTheEngine_HasAFamily()
    {
        int[] missing = [.. Enumerable.Range(0, 256).Where(code => OperatorTable.Find(code) is not null && StepFamilies.All.All(f => f.Op.Code != code))];
        Assert.Empty(missing);
    }
}
