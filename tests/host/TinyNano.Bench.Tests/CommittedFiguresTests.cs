using System.Text.RegularExpressions;
using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Targets;
using TinyNano.Simulator;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Bench.Tests;

/// <summary>Speed and size are budgets: growing is allowed, growing silently is not.</summary>
public sealed class CommittedFiguresTests
{
    private const double Tolerance = 1.01;

    private static readonly Lazy<IReadOnlyList<BenchModel>> Models = new(() => BenchModel.All(SharedData.Root));

    private readonly ITestOutputHelper _output;

    public CommittedFiguresTests(ITestOutputHelper output) => _output = output;

    public static TheoryData<string> Cores() => [.. Emulator.All.Select(e => e.Name)];

    /// <summary>No instruction count, code size, arena or stack is more than 1 % above its committed figure.</summary>
    [SharedTheory]
    [MemberData(nameof(Cores))]
    public void NothingHasGrown(string core)
    {
        IReadOnlyList<Figures> committed = FigureFile.Read(SharedData.ProjectRoot, core);
        List<string> grown = [];
        foreach (BenchModel model in Models.Value)
        {
            Figures now = Figures.Measure(model, core);
            Figures? before = committed.FirstOrDefault(f => f.Model == model.Name);
            Assert.True(before is not null, $"{model.Name} on {core} has no committed figures; run ./build.sh bench");
            grown.AddRange(now.Budgets().Zip(before.Budgets())
                .Where(pair => pair.First.Value > pair.Second.Value * Tolerance)
                .Select(pair => $"{model.Name}: {pair.First.Name} {pair.First.Value:N0}, committed {pair.Second.Value:N0}"));
            _output.WriteLine($"{model.Name}: {now.Instructions:N0} instructions, committed {before.Instructions:N0}");
        }

        Assert.True(grown.Count == 0, $"on {core} grew without ./build.sh bench in the same commit:\n{string.Join("\n", grown)}");
    }

    /// <summary>The images whose code is measured hold no general kernel of some operators: no step of the packed models may need one.</summary>
    [SharedTheory]
    [MemberData(nameof(Cores))]
    public void PackedImages_NeedNoGeneralKernel(string core)
    {
        Target target = Target.Find(core)!;
        string lists = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "firmware-native", "footprint", "CMakeLists.txt"));
        Match match = Regex.Match(lists, $@"^set\(packed_{target.Name.Replace('-', '_')} ([A-Z0-9_ ]+)\)", RegexOptions.Multiline);
        Assert.True(match.Success, $"no list packed_{target.Name.Replace('-', '_')}");
        string[] packed = match.Groups[1].Value.Split(' ');
        IEnumerable<string> needed = Models.Value.Where(m => Peer.Of(core, m.Name) is not null)
            .SelectMany(m => BlobReader.Read(m.Compile(target)).Steps.Where(s => s.Kernel == 0 && packed.Contains(s.Op.Name)).Select(s => $"{m.Name}: {s.Op.Name}"));
        Assert.Empty(needed);
    }

    [Fact]
    public void Page_IsMadeFromTheCommittedFigures()
    {
        string page = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "docs", "BENCHMARKS.md"));
        Assert.Equal(BenchmarksPage.Write(SharedData.ProjectRoot), page);
    }
}
