using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace TinyNano.Build;

/// <summary>
/// Finds the tools that a target needs and, on Debian and its relatives, brings the missing ones. Elsewhere the target
/// goes on with what is there and each step says what it had to leave out.
/// </summary>
internal sealed partial class Prerequisites
{
    private const string DefaultClang = "14";

    private readonly ProcessRunner _processes;
    private readonly Steps _steps;
    private readonly ConcurrentDictionary<Tool, bool> _present = new();

    public Prerequisites(ProcessRunner processes, Steps steps)
    {
        _processes = processes;
        _steps = steps;
    }

    public async Task<bool> HasAsync(Tool tool)
    {
        if (!_present.TryGetValue(tool, out bool present))
        {
            present = await tool.IsPresentAsync(_processes);
            _present[tool] = present;
        }

        return present;
    }

    /// <summary>The names of those tools that are not here.</summary>
    public async Task<IReadOnlyList<Tool>> MissingAsync(IEnumerable<Tool> tools)
    {
        var missing = new List<Tool>();
        foreach (Tool tool in tools)
        {
            if (!await HasAsync(tool))
            {
                missing.Add(tool);
            }
        }

        return missing;
    }

    /// <summary>Brings what is missing, or throws with the one line to type.</summary>
    public async Task RequireAsync(IReadOnlyList<Tool> tools)
    {
        IReadOnlyList<Tool> missing = await MissingAsync(tools);
        if (missing.Count == 0)
        {
            return;
        }

        string names = string.Join(", ", missing.Select(tool => tool.Name));
        if (!OperatingSystem.IsLinux())
        {
            _steps.Say($"not available here: {names}");
            return;
        }

        if (!(await _processes.RunAsync(new Command("apt-get", "--version"))).Succeeded)
        {
            throw new BuildException($"install with this system's package manager: {names}");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            string packages = string.Join(' ', await PackagesAsync(missing));
            throw new BuildException($"sudo apt-get install -y --no-install-recommends {packages}");
        }

        await InstallAsync(missing);
    }

    private async Task InstallAsync(IReadOnlyList<Tool> missing)
    {
        var environment = new Dictionary<string, string> { ["DEBIAN_FRONTEND"] = "noninteractive" };
        if (!await _steps.RunAsync("apt-get update", new Command("apt-get", "update")))
        {
            throw new BuildException("apt-get update failed");
        }

        string[] packages = await PackagesAsync(missing);
        _steps.Say("missing: " + string.Join(' ', packages));
        bool installed = await _steps.RunAsync(
            "apt-get install",
            new Command("apt-get", ["install", "-y", "--no-install-recommends", .. packages])
            {
                Environment = environment,
            });
        if (!installed)
        {
            throw new BuildException("apt-get install failed");
        }

        _present.Clear();
        IReadOnlyList<Tool> still = await MissingAsync(missing);
        if (still.Count > 0)
        {
            throw new BuildException(
                "installed, but not usable: " + string.Join(", ", still.Select(tool => tool.Name)));
        }
    }

    private async Task<string[]> PackagesAsync(IEnumerable<Tool> tools)
    {
        string clang = await ClangVersionAsync();
        return tools.SelectMany(tool => tool.Package.Replace("{clang}", clang, StringComparison.Ordinal).Split(' '))
            .Distinct()
            .ToArray();
    }

    // The runtimes are packaged per version: that of the clang which is here, or of the one that would be installed.
    private async Task<string> ClangVersionAsync()
    {
        ProcessResult here = await _processes.RunAsync(new Command("clang", "-dumpversion"));
        if (here.Succeeded && here.Lines.Count > 0)
        {
            return here.Lines[0].Split('.')[0];
        }

        ProcessResult packaged = await _processes.RunAsync(new Command("apt-cache", "depends", "clang"));
        Match match = ClangDependency().Match(string.Join('\n', packaged.Lines));
        return match.Success ? match.Groups[1].Value : DefaultClang;
    }

    [GeneratedRegex(@"Depends: clang-(\d+)")]
    private static partial Regex ClangDependency();
}
