using Mono.Cecil;

namespace TinyNano.Interop.Lint;

/// <summary>Collects findings: each rule once per place.</summary>
internal sealed class Findings(DeviceAssembly assembly)
{
    private readonly HashSet<(LintRule, string?, string?)> _seen = [];
    private readonly List<LintFinding> _items = [];

    public IReadOnlyList<LintFinding> Items => _items;

    public void Add(LintRule rule, TypeDefinition? type, MethodDefinition? method, string what)
    {
        // Overloads are told apart by their whole name, but reported by the short one.
        if (_seen.Add((rule, type?.FullName, method?.FullName)))
        {
            _items.Add(new LintFinding(rule, assembly.Name, type?.FullName, method?.Name, what));
        }
    }
}
