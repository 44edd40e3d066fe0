namespace TinyNano.Build;

/// <summary>Something that `./build.sh` can be asked for. It returns the exit code.</summary>
internal sealed record Target(
    string Name, string Summary, IReadOnlyList<Tool> Needs, Func<BuildContext, Task<int>> RunAsync)
{
    /// <summary>Whether arguments that are not the build's own go to the program that the target starts.</summary>
    public bool PassesArguments { get; init; }
}

/// <summary>The table of targets.</summary>
internal static class Targets
{
    private static readonly Tool[] s_desk = [Tool.Cmake, Tool.Ninja, Tool.Gcc, Tool.Mbedtls];
    private static readonly Tool[] s_arm = [Tool.ArmGcc, Tool.ArmNewlib];
    private static readonly Tool[] s_riscv = [Tool.RiscvGcc, Tool.RiscvPicolibc];
    private static readonly Tool[] s_clang = [Tool.Clang, Tool.ClangRuntime];

    public static readonly IReadOnlyList<Target> All =
    [
        new("build", "everything that runs at a desk, and the emulators' programs",
            [.. s_desk, Tool.Npm, .. s_arm, .. s_riscv], BuildAsync),

        new("test", "build, then every test; [--only TEXT] runs the suites whose name contains TEXT",
            [.. s_desk, Tool.Npm, Tool.Chromium, .. s_arm, .. s_riscv, .. s_clang, Tool.Gxx, Tool.Gcc32, Tool.QemuArm, Tool.QemuRiscv, Tool.OnnxTestData, Tool.Mosquitto, Tool.Postgres],
            context => new TestRun(context).RunAsync()),

        new("demo", "the command line, then `tinynano demo` with the remaining arguments",
            [.. s_desk, Tool.Npm, .. s_arm, Tool.QemuArm], DemoAsync) { PassesArguments = true },

        new("screenshots", "the pictures of docs/STUDIO.md, from a real browser",
            [.. s_desk, Tool.Npm, Tool.Chromium, .. s_arm, Tool.QemuArm], ScreenshotsAsync),

        new("bench", "build, then measure speed and size; writes tests/bench/results and docs/BENCHMARKS.md",
            [.. s_desk, Tool.Npm, .. s_arm, .. s_riscv, Tool.QemuArm, Tool.QemuRiscv], context => BenchAsync(context)),

        new("drift", "build, then measure how soon drift is found; writes docs/DRIFT.md and docs/images/drift.svg (needs Debian's dataset-fashion-mnist)",
            [.. s_desk, Tool.Npm, .. s_arm, .. s_riscv], context => BenchAsync(context, "drift")),

        new("gate", "build, then let the gate of rollouts judge real models",
            [.. s_desk, Tool.Npm, .. s_arm, .. s_riscv], context => BenchAsync(context, "gate")),

        new("fuzz", "search for inputs that break the runtime; [--runs N] per fuzzer, [--only TEXT]",
            [.. s_desk, .. s_clang], context => new Fuzz(context).RunAsync()),
    ];

    public static Target? Find(string name)
    {
        return All.FirstOrDefault(target => target.Name == name);
    }

    private static async Task<int> BuildAsync(BuildContext context)
    {
        var dotnet = new DotnetBuild(context);
        var native = new NativeBuild(context);

        // Side by side: the .NET part waits for packages and for one compiler server most of the time.
        Task<bool> managed = dotnet.BuildAndPublishAsync();
        Task<bool> unmanaged = native.BuildAllAsync();
        return await managed & await unmanaged ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> DemoAsync(BuildContext context)
    {
        // Publishing builds what the command line needs and leaves the tests, and their packages, alone.
        Task<bool> managed = new DotnetBuild(context).PublishCliAsync(alreadyBuilt: false);
        Task<bool> unmanaged = new NativeBuild(context).BuildAllAsync();
        if (!(await managed & await unmanaged))
        {
            return ExitCode.Failed;
        }

        context.Steps.Say("tinynano demo");
        string[] arguments = [Path.Combine(context.Repository.Cli, "tinynano.dll"), "demo", .. context.Options.Rest];
        return await context.Processes.RunInteractiveAsync(new Command("dotnet", arguments));
    }

    private static async Task<int> ScreenshotsAsync(BuildContext context)
    {
        const string project = "tests/host/TinyNano.Browser/TinyNano.Browser.csproj";
        Task<bool> managed = new DotnetBuild(context).BuildProjectAsync(project);
        Task<bool> unmanaged = new NativeBuild(context).BuildAllAsync();
        if (!(await managed & await unmanaged))
        {
            return ExitCode.Failed;
        }

        context.Steps.Say("screenshots");
        string[] arguments = ["run", "--no-build", "-c", DotnetBuild.Configuration, "--project", project, "--", context.Repository.At("docs", "images")];
        return await context.Processes.RunInteractiveAsync(new Command("dotnet", arguments));
    }

    private static async Task<int> BenchAsync(BuildContext context, params string[] what)
    {
        int built = await BuildAsync(context);
        if (built != ExitCode.Done)
        {
            return built;
        }

        context.Steps.Say(what is [] ? "bench" : what[0]);
        string[] arguments = ["run", "--no-build", "-c", DotnetBuild.Configuration, "--project", "host-tools/TinyNano.Bench", "--", context.Repository.Root, .. what];
        return await context.Processes.RunInteractiveAsync(new Command("dotnet", arguments));
    }
}
