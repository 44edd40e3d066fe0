using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Cli.Rendering;

/// <summary>Results to standard output, commentary to standard error; with --json one JSON object is the only result.</summary>
internal sealed class Output
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly IAnsiConsole _comments;
    private readonly TextWriter _out = Console.Out;
    private readonly TextWriter _error = Console.Error;

    public Output(bool json)
    {
        Json = json;
        _comments = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_error) });
    }

    public bool Json { get; }

    /// <summary>The whole result: as JSON, or rendered as text by <paramref name="text"/>.</summary>
    public void Result(object json, Action<TextWriter> text)
    {
        if (Json)
        {
            _out.WriteLine(JsonSerializer.Serialize(json, JsonOptions));
        }
        else
        {
            text(_out);
        }
    }

    public void Error(string message) => _error.WriteLine(message.StartsWith("error", StringComparison.Ordinal) ? message : "error: " + message);

    public void Comment(string message) => _error.WriteLine(message);

    /// <summary>Messages as text; with --json also as an object on standard output, so that a script sees them.</summary>
    public void Diagnostics(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            _error.WriteLine(diagnostic);
        }

        if (Json)
        {
            _out.WriteLine(JsonSerializer.Serialize(new { diagnostics }, JsonOptions));
        }
    }

    /// <summary>Warnings go to standard error and never stop anything.</summary>
    public void Warnings(DiagnosticBag diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics.Items.Where(d => d.Severity == Severity.Warning))
        {
            _error.WriteLine(diagnostic);
        }
    }

    /// <summary>Runs work behind a progress bar on standard error; without a terminal it shows nothing.</summary>
    public T WithProgress<T>(string title, Func<IProgress<double>, T> work)
    {
        if (Console.IsErrorRedirected || Json)
        {
            return work(new Silent());
        }

        T result = default!;
        _comments.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(title));
                result = work(new Bar(task));
            });
        return result;
    }

    private sealed class Silent : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }

    private sealed class Bar : IProgress<double>
    {
        private readonly ProgressTask _task;

        public Bar(ProgressTask task) => _task = task;

        public void Report(double value) => _task.Value = value * _task.MaxValue;
    }
}
