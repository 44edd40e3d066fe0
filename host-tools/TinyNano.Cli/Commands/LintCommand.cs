using System.CommandLine;
using TinyNano.Cli.Rendering;
using TinyNano.Compiler.Diagnostics;
using TinyNano.Interop;
using TinyNano.Interop.Lint;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano lint`: what in a device assembly the CLR does not run.</summary>
internal static class LintCommand
{
    public static Command Create()
    {
        Argument<string[]> assemblies = new("assembly")
        {
            Description = "the .dll files that the C# compiler wrote; references beside them are looked at",
            Arity = ArgumentArity.OneOrMore,
        };
        Command command = new("lint", "Finds in nanoFramework assemblies what compiles, but crashes or misbehaves on the device.") { assemblies };
        return command.Does(CommandBase.Json(), (parsed, console, _) => Run(parsed.GetRequiredValue(assemblies), console));
    }

    private static int Run(string[] paths, Output console)
    {
        List<LintFinding> findings = [];
        foreach (string path in paths)
        {
            using DeviceAssembly assembly = DeviceAssembly.Open(path);
            findings.AddRange(IlCheck.Run(assembly));
        }

        int errors = findings.Count(f => f.Rule.Severity == LintSeverity.Error);
        int warnings = findings.Count - errors;
        console.Result(
            new
            {
                assemblies = paths.Length, errors, warnings,
                findings = findings.Select(f => new
                {
                    f.Rule.Id, f.Rule.Name, f.Rule.Severity, f.Assembly, f.Type, f.Method, f.What, f.Rule.Why, f.Rule.Cure,
                }),
            },
            text =>
            {
                foreach (LintFinding finding in findings)
                {
                    text.WriteLine(Message(finding));
                }

                text.WriteLine($"checked     {Counted(paths.Length, "assembly", "assemblies")}   {Counted(errors, "error")}   {Counted(warnings, "warning")}");
            });
        return errors == 0 ? ExitCode.Done : ExitCode.Refused;
    }

    private static string Counted(int count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    private static Diagnostic Message(LintFinding finding)
    {
        Severity severity = finding.Rule.Severity == LintSeverity.Error ? Severity.Error : Severity.Warning;
        return new Diagnostic(finding.Rule.Id, severity, $"{finding.Rule.Name} ({finding.What}): {finding.Rule.Why}", finding.Place, finding.Rule.Cure);
    }
}
