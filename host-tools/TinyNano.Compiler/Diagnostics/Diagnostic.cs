namespace TinyNano.Compiler.Diagnostics;

/// <summary>Error or warning; warnings never stop a compilation.</summary>
public enum Severity
{
    Warning,
    Error,
}

/// <summary>
/// One message for the user: a stable id (TN1xxx import, 2xxx passes, 3xxx quantise, 4xxx plan, 5xxx emit, 6xxx fleet, 7xxx device
/// code), what is wrong and what was expected, where, and what to do.
/// </summary>
public sealed record Diagnostic(string Id, Severity Severity, string Message, string? Where = null, string? Hint = null)
{
    public override string ToString()
    {
        string text = $"{(Severity == Severity.Error ? "error" : "warning")} {Id}: {Message}";
        text += Where is null ? "" : $"\n  in    {Where}";
        text += Hint is null ? "" : $"\n  hint  {Hint}";
        return text;
    }
}

/// <summary>Collects messages, so that all are reported at once.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public IReadOnlyList<Diagnostic> Items => _items;

    public bool HasErrors => _items.Exists(d => d.Severity == Severity.Error);

    public void Error(string id, string message, string? where = null, string? hint = null) =>
        _items.Add(new Diagnostic(id, Severity.Error, message, where, hint));

    public void Warn(string id, string message, string? where = null, string? hint = null) =>
        _items.Add(new Diagnostic(id, Severity.Warning, message, where, hint));

    /// <summary>Throws <see cref="CompileException"/> with everything so far when there is an error.</summary>
    public void ThrowIfErrors()
    {
        if (HasErrors)
        {
            throw new CompileException([.. _items]);
        }
    }
}

/// <summary>The input cannot be compiled; <see cref="Diagnostics"/> says why, all reasons at once.</summary>
public sealed class CompileException : Exception
{
    public CompileException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join("\n", diagnostics)) => Diagnostics = diagnostics;

    public CompileException(string id, string message, string? where = null, string? hint = null)
        : this([new Diagnostic(id, Severity.Error, message, where, hint)])
    {
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
