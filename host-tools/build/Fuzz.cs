using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyNano.Build;

/// <summary>
/// The target `fuzz`: libFuzzer on each tests/native/fuzz/fuzz_NAME.c, starting from its stored corpus. New inputs and
/// findings go to artifacts/fuzz/NAME; a finding that is mended moves by hand into tests/native/fuzz/regressions.
/// </summary>
internal sealed partial class Fuzz(BuildContext context)
{
    private static readonly TimeSpan s_progressEvery = TimeSpan.FromSeconds(10);

    private static readonly NativeVariant s_variant = new(
        "fuzz",
        NativeBuild.LibrarySource,
        [Tool.Clang, Tool.ClangRuntime],
        [
            "-DTN_FUZZ=ON", "-DTN_SHARED=OFF", "-DCMAKE_C_COMPILER=clang",
            "-DTN_SANITIZE=fuzzer-no-link,address,undefined",
            "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O2 -g",
        ]);

    public async Task<int> RunAsync()
    {
        string[] names = [.. NativeTests.FuzzerNames(context.Repository).Where(context.Options.Selects)];
        if (names.Length == 0)
        {
            throw new BuildException("there is no such fuzzer: tests/native/fuzz/fuzz_*.c");
        }

        var build = new NativeBuild(context);
        if (await build.ReasonToLeaveOutAsync(s_variant) is { } reason)
        {
            throw new BuildException($"fuzzing is not possible here, {reason}");
        }

        if (!await build.BuildAsync(s_variant))
        {
            return ExitCode.Failed;
        }

        int broken = 0;
        foreach (string name in names)
        {
            broken += await RunAsync(name, Path.Combine(build.Output(s_variant), "tests", "fuzz_" + name)) ? 0 : 1;
        }

        context.Steps.Say($"{names.Length} fuzzers, {broken} with a finding");
        return broken == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<bool> RunAsync(string name, string program)
    {
        Steps steps = context.Steps;
        Repository repository = context.Repository;
        string output = repository.At("artifacts", "fuzz", name);
        string found = Path.Combine(output, "corpus");
        Directory.CreateDirectory(found);

        // libFuzzer adds to the first folder and only reads the others.
        string[] stored =
        [
            repository.At("tests/native/fuzz/corpus", name),
            repository.At("tests/native/fuzz/regressions"),
        ];
        string[] folders = [found, .. stored.Where(Directory.Exists)];

        string runs = context.Options.Runs.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-runs=" + runs, "-timeout=10", "-print_final_stats=1",
            "-artifact_prefix=" + output + Path.DirectorySeparatorChar, .. folders,
        ];

        steps.Say($"fuzz {name}: {runs} runs");
        var sinceProgress = Stopwatch.StartNew();
        void Progress(string line)
        {
            Match pulse = Pulse().Match(line);
            if (pulse.Success && sinceProgress.Elapsed >= s_progressEvery)
            {
                sinceProgress.Restart();
                steps.Say($"fuzz {name}: {pulse.Groups[1].Value} of {runs}, {pulse.Groups[2].Value} edges covered");
            }
        }

        ProcessResult result = await context.Processes.RunAsync(new Command(program, arguments)
        {
            Timeout = TimeSpan.FromHours(24),
            OnLine = Progress,
        });
        string log = repository.Relative(await steps.WriteLogAsync("fuzz " + name, result.Lines));
        if (result.Succeeded)
        {
            string coverage = result.Lines.Select(line => Pulse().Match(line)).LastOrDefault(match => match.Success)
                ?.Groups[2].Value ?? "?";
            steps.Say($"fuzz {name}: nothing found, {coverage} edges covered");
            return true;
        }

        steps.Say($"fuzz {name}: FINDING, exit code {result.ExitCode}, see {log}");
        steps.Print(result.Lines.TakeLast(40).Select(line => "    " + line));
        return false;
    }

    // "#2097152  pulse  cov: 87 ft: 213 corp: 40/1024b ..."
    [GeneratedRegex(@"^#(\d+)\s+\w+\s+cov: (\d+)")]
    private static partial Regex Pulse();
}
