namespace TinyNano.Build;

/// <summary>Builds and publishes the .NET side.</summary>
internal sealed class DotnetBuild(BuildContext context)
{
    public const string Configuration = "Release";

    private const string Solution = "TinyNano.Host.slnf";

    public async Task<bool> BuildAndPublishAsync()
    {
        return await BuildSolutionAsync() && await PublishCliAsync(alreadyBuilt: true) && await BuildDeviceLibrariesAsync();
    }

    /// <summary>
    /// Compiles the nanoFramework projects against its reference surface, into artifacts/managed, and looks at their IL for what the CLR cannot run.
    /// Needs the built solution and the published command line.
    /// </summary>
    public async Task<bool> BuildDeviceLibrariesAsync()
    {
        string compiler = context.Repository.At("artifacts", "bin", "TinyNano.NanoBuild", Configuration.ToLowerInvariant(), "tinynano-nfbuild.dll");
        if (!await context.Steps.RunAsync("device libraries", new Command("dotnet", compiler, "repository", context.Repository.Root)))
        {
            return false;
        }

        string[] assemblies = [.. Directory.GetFiles(context.Repository.At("artifacts", "managed"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".dll" or ".exe").Order(StringComparer.Ordinal)];
        return await context.Steps.RunAsync("device libraries, IL check", new Command("dotnet", [Path.Combine(context.Repository.Cli, "tinynano.dll"), "lint", .. assemblies]));
    }

    public Task<bool> BuildSolutionAsync()
    {
        return context.Steps.RunAsync("dotnet build", new Command("dotnet", "build", Solution, "-c", Configuration));
    }

    public Task<bool> BuildProjectAsync(string project)
    {
        return context.Steps.RunAsync(
            "dotnet build " + Path.GetFileNameWithoutExtension(project),
            new Command("dotnet", "build", project, "-c", Configuration));
    }

    /// <summary>Puts the command line where the launcher scripts look for it.</summary>
    public Task<bool> PublishCliAsync(bool alreadyBuilt)
    {
        string[] arguments =
        [
            "publish", context.Repository.At("host-tools", "TinyNano.Cli", "TinyNano.Cli.csproj"),
            "-c", Configuration, "-o", context.Repository.Cli,
        ];
        return context.Steps.RunAsync(
            "publish tinynano",
            new Command("dotnet", alreadyBuilt ? [.. arguments, "--no-build"] : arguments));
    }
}
