namespace TinyNano.Interop.Lint;

/// <summary>How bad a finding is.</summary>
public enum LintSeverity
{
    /// <summary>Runs, but gives another result than desktop .NET, or will bite at the next change.</summary>
    Warning,

    /// <summary>Crashes the CLR, is refused by the metadata processor, or calls the wrong native function.</summary>
    Error,
}

/// <summary>One thing that the C# compiler accepts and the device does not.</summary>
/// <param name="Id">Stable id, such as TN7101.</param>
/// <param name="Name">What it is about, in words of C#.</param>
/// <param name="Severity">Error or warning.</param>
/// <param name="Why">What happens on the device.</param>
/// <param name="Cure">What to write instead.</param>
public sealed record LintRule(string Id, string Name, LintSeverity Severity, string Why, string Cure);

/// <summary>One place that breaks a rule. A rule is reported once per method, or per type where no method is to blame.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Type">Full name of the type; null for the assembly as a whole.</param>
/// <param name="Method">The method's name; null for the type itself.</param>
/// <param name="What">What was found, such as a type's name.</param>
public sealed record LintFinding(LintRule Rule, string Assembly, string? Type, string? Method, string What)
{
    /// <summary>Where: assembly, type and method.</summary>
    public string Place => Assembly + (Type is null ? "" : ", " + Type) + (Method is null ? "" : "." + Method);
}
