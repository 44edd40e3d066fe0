namespace TinyNano.Build;

/// <summary>One CMake build directory.</summary>
/// <param name="Name">Names the directory under artifacts/native and the step.</param>
/// <param name="Source">The folder of its CMakeLists.txt, from the repository's root.</param>
/// <param name="Needs">Without these the variant is left out.</param>
/// <param name="Settings">What CMake is told beside the generator.</param>
internal sealed record NativeVariant(
    string Name, string Source, IReadOnlyList<Tool> Needs, IReadOnlyList<string> Settings);

/// <summary>Builds the C side with CMake and Ninja.</summary>
internal sealed class NativeBuild(BuildContext context)
{
    public const string LibrarySource = "firmware-native";

    private const string RunnerSource = "firmware-native/runner";

    private static readonly NativeVariant s_profiler = new("profiler", "host-tools/profiler", [Tool.Gcc], []);

    private static readonly NativeVariant s_host = new("host", LibrarySource, [Tool.Gcc], ["-DTN_SHARED=ON"]);

    // Toolchain file firmware-native/cmake/<name>.cmake, and what it asks for.
    private static readonly (string Name, Tool[] Needs)[] s_emulated =
    [
        ("cortex-m4", [Tool.ArmGcc, Tool.ArmNewlib]),
        ("cortex-m7", [Tool.ArmGcc, Tool.ArmNewlib]),
        ("cortex-m55", [Tool.ArmGcc, Tool.ArmNewlib]),
        ("rv32imc", [Tool.RiscvGcc, Tool.RiscvPicolibc]),
    ];

    private const string FootprintSource = "firmware-native/footprint";

    public static IEnumerable<string> EmulatedTargets => s_emulated.Select(target => target.Name);

    /// <summary>The desk library and the emulators' programs; those whose tools are missing are left out.</summary>
    public async Task<bool> BuildAllAsync()
    {
        bool succeeded = await BuildAsync(s_host) & await BuildAsync(s_profiler);
        foreach ((string name, Tool[] needs) in s_emulated)
        {
            succeeded &= await BuildForCoreAsync(name, RunnerSource, name, needs);
            succeeded &= await BuildForCoreAsync("footprint-" + name, FootprintSource, name, needs);
        }

        return succeeded;
    }

    /// <summary>True also for a variant that had to be left out.</summary>
    public async Task<bool> BuildAsync(NativeVariant variant, params string[] buildArguments)
    {
        if (await ReasonToLeaveOutAsync(variant) is { } reason)
        {
            context.Steps.Skipped($"native {variant.Name}", reason);
            return true;
        }

        return await ConfigureAsync(variant)
            && await context.Steps.RunAsync($"native {variant.Name}", BuildCommand(variant, buildArguments));
    }

    /// <summary>Null when everything that the variant needs is here.</summary>
    public async Task<string?> ReasonToLeaveOutAsync(NativeVariant variant)
    {
        IReadOnlyList<Tool> missing =
            await context.Prerequisites.MissingAsync([Tool.Cmake, Tool.Ninja, .. variant.Needs]);
        return missing.Count == 0
            ? null
            : "missing: " + string.Join(", ", missing.Select(tool => $"{tool.Name} ({tool.Package})"));
    }

    public string Output(NativeVariant variant)
    {
        return context.Repository.At("artifacts", "native", variant.Name);
    }

    public Command BuildCommand(NativeVariant variant, params string[] arguments)
    {
        return new Command("cmake", ["--build", Output(variant), .. arguments]);
    }

    public async Task<bool> ConfigureAsync(NativeVariant variant)
    {
        string output = Output(variant);
        string step = $"configure {variant.Name}";
        var configure = new Command(
            "cmake",
            ["-S", context.Repository.At(variant.Source), "-B", output, "-G", "Ninja", .. variant.Settings]);

        ProcessResult result = await context.Processes.RunAsync(configure);
        if (result.Succeeded)
        {
            return true;
        }

        // A cache from another place or with another compiler refuses to go on; a fresh one may not.
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        return await context.Steps.RunAsync(step, configure);
    }

    private Task<bool> BuildForCoreAsync(string name, string source, string core, Tool[] needs)
    {
        string toolchain = context.Repository.At(LibrarySource, "cmake", core + ".cmake");
        return BuildAsync(new NativeVariant(name, source, needs, ["-DCMAKE_TOOLCHAIN_FILE=" + toolchain, "-DCMAKE_BUILD_TYPE=Release"]));
    }
}
