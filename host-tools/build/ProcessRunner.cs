using System.ComponentModel;
using System.Diagnostics;

namespace TinyNano.Build;

/// <summary>A program to run. Paths and arguments are passed as they are; no shell is involved.</summary>
internal sealed record Command(string File, params string[] Arguments)
{
    /// <summary>Working directory; the repository's root when null.</summary>
    public string? Directory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Called with each line as it arrives, possibly from two threads at once.</summary>
    public Action<string>? OnLine { get; init; }

    public override string ToString()
    {
        return string.Join(' ', Arguments.Prepend(File));
    }
}

/// <summary>How a program ended and what it printed, both streams in order of arrival.</summary>
internal sealed record ProcessResult(int ExitCode, bool TimedOut, IReadOnlyList<string> Lines)
{
    /// <summary>Given as exit code where a program could not be started or did not end in time.</summary>
    public const int NoExitCode = -1;

    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs programs and keeps what they print.</summary>
internal sealed class ProcessRunner(Repository repository)
{
    // Build nodes that stay behind would keep files of this tree open.
    private static readonly Dictionary<string, string> s_quietDotnet = new()
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        [BuildLock.HeldVariable] = "1",
    };

    /// <summary>Runs a program to its end. One that is not there gives a result that failed, not an exception.</summary>
    public async Task<ProcessResult> RunAsync(Command command)
    {
        var lines = new List<string>();
        void Keep(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (lines)
            {
                lines.Add(line);
            }

            command.OnLine?.Invoke(line);
        }

        using var process = new Process { StartInfo = Describe(command) };
        process.StartInfo.RedirectStandardInput = true;
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);

        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            Keep($"{command.File}: {e.Message}");
            return new ProcessResult(ProcessResult.NoExitCode, TimedOut: false, lines);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var clock = new CancellationTokenSource(command.Timeout);
        try
        {
            await process.WaitForExitAsync(clock.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            Keep($"{command.File}: stopped after {command.Timeout.TotalSeconds:0} s");
            return new ProcessResult(ProcessResult.NoExitCode, TimedOut: true, lines);
        }

        return new ProcessResult(process.ExitCode, TimedOut: false, lines);
    }

    /// <summary>Runs a program on the user's own terminal and returns its exit code.</summary>
    public async Task<int> RunInteractiveAsync(Command command)
    {
        using var process = new Process { StartInfo = Describe(command) };
        process.Start();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private ProcessStartInfo Describe(Command command)
    {
        var start = new ProcessStartInfo(command.File)
        {
            UseShellExecute = false,
            WorkingDirectory = command.Directory ?? repository.Root,
        };
        foreach (string argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in s_quietDotnet.Concat(command.Environment))
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
