using System.Diagnostics;
using System.Globalization;

namespace TinyNano.Build;

/// <summary>Prints what the build is doing, with the seconds since it began.</summary>
internal sealed class Steps
{
    private const int TailLines = 60;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly Repository _repository;
    private readonly ProcessRunner _processes;
    private readonly bool _verbose;

    public Steps(Repository repository, ProcessRunner processes, bool verbose)
    {
        _repository = repository;
        _processes = processes;
        _verbose = verbose;
    }

    /// <summary>One line with the time; steps may print from several threads.</summary>
    public void Say(string line)
    {
        string time = _clock.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        lock (_gate)
        {
            Console.WriteLine($"[{time,7} s] {line}");
        }
    }

    /// <summary>Lines as they are, kept together.</summary>
    public void Print(IEnumerable<string> lines)
    {
        lock (_gate)
        {
            foreach (string line in lines)
            {
                Console.WriteLine(line);
            }
        }
    }

    public void Skipped(string step, string reason)
    {
        Say($"{step}: left out, {reason}");
    }

    /// <summary>
    /// Runs commands one after the other until one fails. Their output goes to artifacts/logs; the end of it is shown
    /// when the step fails.
    /// </summary>
    public async Task<bool> RunAsync(string step, params Command[] commands)
    {
        Say(step);
        var begun = Stopwatch.StartNew();
        var log = new List<string>();
        bool succeeded = true;
        foreach (Command command in commands)
        {
            ProcessResult result = await _processes.RunAsync(_verbose ? command with { OnLine = Say } : command);
            log.Add("$ " + command);
            log.AddRange(result.Lines);
            succeeded = result.Succeeded;
            if (!succeeded)
            {
                break;
            }
        }

        string file = await WriteLogAsync(step, log);
        string seconds = begun.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        if (succeeded)
        {
            Say($"{step}: done in {seconds} s");
            return true;
        }

        Say($"{step}: FAILED after {seconds} s, see {_repository.Relative(file)}");
        if (!_verbose)
        {
            Print(log.TakeLast(TailLines).Select(line => "    " + line));
        }

        return false;
    }

    /// <summary>Writes one file per step into artifacts/logs and returns its path.</summary>
    public async Task<string> WriteLogAsync(string step, IEnumerable<string> lines)
    {
        string folder = Path.Combine(_repository.Artifacts, "logs");
        Directory.CreateDirectory(folder);
        string name = string.Concat(step.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-'));
        string file = Path.Combine(folder, name + ".log");
        await File.WriteAllLinesAsync(file, lines);
        return file;
    }
}
