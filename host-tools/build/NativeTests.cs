using System.Globalization;
using System.Text.RegularExpressions;

namespace TinyNano.Build;

/// <summary>
/// The programs of tests/native, built with gcc, with clang and its sanitizers, and for 32 bits. Assertions stay on in
/// all of them.
/// </summary>
internal sealed partial class NativeTests
{
    private const string TestFolder = "tests/native";

    // How tn_test.h marks a skipped test.
    private const string Skipped = ": skipped: ";

    private static readonly NativeVariant[] s_variants =
    [
        Variant("test-gcc", [Tool.Gcc], "-DCMAKE_C_COMPILER=gcc"),
        Variant("test-sanitizers", [Tool.Clang, Tool.ClangRuntime],
            "-DCMAKE_C_COMPILER=clang", "-DTN_SANITIZE=address,undefined"),

        // Kernels of a processor that this computer is not: they are plain C.
        Variant("test-rv32", [Tool.Clang, Tool.ClangRuntime],
            "-DCMAKE_C_COMPILER=clang", "-DTN_SANITIZE=address,undefined", "-DTN_BACKEND=rv32"),

        // SSE, because x87 registers round floats differently from every target.
        Variant("test-32bit", [Tool.Gcc, Tool.Gcc32],
            "-DCMAKE_C_COMPILER=gcc", "-DCMAKE_C_FLAGS=-m32 -msse2 -mfpmath=sse"),

        // The kernels for Cortex-M with their instructions emulated in C: blobs packed for them may be as hostile as others.
        Variant("test-cortex-m-dsp", [Tool.Clang, Tool.ClangRuntime],
            "-DCMAKE_C_COMPILER=clang", "-DTN_SANITIZE=address,undefined", "-DTN_BACKEND=cortex_m_dsp"),
    ];

    private readonly BuildContext _context;
    private readonly TestTally _tally;
    private readonly NativeBuild _build;
    private readonly List<(NativeVariant Variant, string Program)> _runnable = [];

    public NativeTests(BuildContext context, TestTally tally)
    {
        _context = context;
        _tally = tally;
        _build = new NativeBuild(context);
    }

    /// <summary>Builds all variants; a program that does not build counts as one failed test.</summary>
    public async Task BuildAsync()
    {
        foreach (NativeVariant variant in s_variants)
        {
            string[] programs = [.. Programs().Where(program => _context.Options.Selects(Suite(variant, program)))];
            if (programs.Length == 0)
            {
                continue;
            }

            if (await _build.ReasonToLeaveOutAsync(variant) is { } reason)
            {
                _context.Steps.Skipped($"native {variant.Name}", reason);
                _tally.Add(new SuiteResult("native " + variant.Name, 0, 0, [], [reason]));
                continue;
            }

            await BuildAsync(variant, programs);
        }
    }

    public IEnumerable<Func<Task>> Suites()
    {
        return _runnable.Select<(NativeVariant, string), Func<Task>>(entry => () => RunAsync(entry.Item1, entry.Item2));
    }

    private async Task BuildAsync(NativeVariant variant, string[] programs)
    {
        if (!await _build.ConfigureAsync(variant))
        {
            _tally.Add(SuiteResult.Broken("native " + variant.Name, "CMake could not configure it"));
            return;
        }

        // Go on after an error: one broken test file should not hide the others.
        bool allBuilt = await _context.Steps.RunAsync(
            $"native {variant.Name}", _build.BuildCommand(variant, "--", "-k", "0"));
        foreach (string program in programs)
        {
            bool built = allBuilt
                || (await _context.Processes.RunAsync(_build.BuildCommand(variant, "--target", program))).Succeeded;
            if (built)
            {
                _runnable.Add((variant, program));
            }
            else
            {
                _tally.Add(SuiteResult.Broken(Suite(variant, program), "does not build"));
            }
        }
    }

    private async Task RunAsync(NativeVariant variant, string program)
    {
        string suite = Suite(variant, program);
        ProcessResult result = await _context.Processes.RunAsync(
            new Command(Path.Combine(_build.Output(variant), "tests", program), StoredInputs(program))
            {
                Timeout = TimeSpan.FromMinutes(10),
                Environment = new Dictionary<string, string> { ["UBSAN_OPTIONS"] = "print_stacktrace=1" },
            });
        string log = await _context.Steps.WriteLogAsync(suite, result.Lines);
        SuiteResult outcome = Interpret(suite, result, _context.Repository.Relative(log));
        _tally.Add(outcome);
        _context.Steps.Say($"{suite}: {outcome.Passed} passed, {outcome.Failed} failed");
    }

    // The last line of a program that survived is its own count; a program that did not survive is one failure.
    private static SuiteResult Interpret(string suite, ProcessResult result, string log)
    {
        Match summary = Summary().Match(result.Lines.Count > 0 ? result.Lines[^1] : "");
        if (!summary.Success)
        {
            string end = string.Join("\n    ", result.Lines.TakeLast(20));
            return SuiteResult.Broken(
                suite, $"ended with exit code {result.ExitCode} before its summary, see {log}\n    {end}");
        }

        int passed = Count(summary.Groups[1]);
        int failed = Count(summary.Groups[2]);
        ILookup<bool, string> lines = result.Lines.SkipLast(1)
            .ToLookup(line => line.Contains(Skipped, StringComparison.Ordinal));
        string[] skips = [.. lines[true].Select(line => line.Replace(Skipped, ": ", StringComparison.Ordinal))];
        if (failed > 0)
        {
            string checks = string.Join("\n    ", lines[false].Take(40));
            return new SuiteResult(suite, passed, failed, [$"{failed} tests, see {log}\n    {checks}"], skips);
        }

        // Everything passed, yet a sanitizer or a destructor objected on the way out.
        return result.Succeeded
            ? new SuiteResult(suite, passed, 0, [], skips)
            : new SuiteResult(suite, passed, 1, [$"ended with exit code {result.ExitCode}, see {log}"], skips);
    }

    private static int Count(Group group)
    {
        return int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    // The same rule as in tests/native/CMakeLists.txt; for each vendor's library a file of recorded calls.
    private IEnumerable<string> Programs()
    {
        return _context.Repository.Files(TestFolder, "test_*.c").Concat(_context.Repository.Files(TestFolder, "test_*.cpp"))
            .Concat(_context.Repository.Files(TestFolder + "/vendor", "test_*.txt"))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Concat(FuzzerNames(_context.Repository).Select(name => "replay_" + name));
    }

    /// <summary>The fuzzers' names: tests/native/fuzz/fuzz_NAME.c.</summary>
    public static IEnumerable<string> FuzzerNames(Repository repository)
    {
        return repository.Files("tests/native/fuzz", "fuzz_*.c")
            .Select(file => Path.GetFileNameWithoutExtension(file)["fuzz_".Length..]);
    }

    private string[] StoredInputs(string program)
    {
        const string Replay = "replay_";
        if (!program.StartsWith(Replay, StringComparison.Ordinal))
        {
            return [];
        }

        Repository repository = _context.Repository;
        return
        [
            .. repository.Files("tests/native/fuzz/corpus/" + program[Replay.Length..], "*"),
            .. repository.Files("tests/native/fuzz/regressions", "*.bin"),
        ];
    }

    private static string Suite(NativeVariant variant, string program)
    {
        return $"native {variant.Name} {program}";
    }

    private static NativeVariant Variant(string name, Tool[] needs, params string[] settings)
    {
        // RelWithDebInfo without its NDEBUG.
        return new NativeVariant(name, NativeBuild.LibrarySource, needs,
        [
            "-DTN_TESTS=ON", "-DTN_SHARED=OFF", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
            "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O2 -g", .. settings,
        ]);
    }

    [GeneratedRegex(@"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")]
    private static partial Regex Summary();
}
