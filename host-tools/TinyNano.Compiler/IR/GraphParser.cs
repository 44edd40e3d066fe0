using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.IR;

/// <summary>
/// Reads the text form that <see cref="GraphPrinter"/> writes. Types are taken as written: <see cref="GraphChecker"/>
/// tells whether they are what the operators give. Line ends are ordinary space and # begins a comment.
/// </summary>
public sealed class GraphParser
{
    private readonly TextScanner _scan;
    private readonly Dictionary<string, Value> _values = [];
    private Graph _graph = new("");

    private GraphParser(string text) => _scan = new TextScanner(text);

    /// <summary>The graph of a text; CompileException TN2001 with line, column and what was expected otherwise.</summary>
    public static Graph Parse(string text) => new GraphParser(text).Run();

    private Graph Run()
    {
        int start = _scan.Position;
        if (_scan.TakeWord("'graph'") != "graph")
        {
            throw _scan.Error(start, "expected 'graph' and a name first");
        }

        _graph = new Graph(_scan.TakeName("the graph's name"));
        while (!_scan.AtEnd)
        {
            Statement();
        }

        return _graph;
    }

    private void Statement()
    {
        if (_scan.Sees('%'))
        {
            Definition();
            return;
        }

        int start = _scan.Position;
        switch (_scan.TakeWord("label, input, state, output or %name"))
        {
            case "label":
                _graph.Labels.Add(_scan.TakeString());
                break;
            case "input":
                _graph.Inputs.Add(Declare(false));
                break;
            case "state":
                Declare(true);
                break;
            case "output":
                _graph.Outputs.Add(Reference());
                break;
            case string other:
                throw _scan.Error(start, $"expected label, input, state, output or %name, found '{other}'");
        }
    }

    /// <summary>%a: type, %b: type = const ... or Operator(...) { ... } "name".</summary>
    private void Definition()
    {
        List<(int Position, Value Value)> outputs = [];
        do
        {
            outputs.Add(Declaration(false));
        }
        while (_scan.TryTake(','));

        _scan.Take('=');
        int start = _scan.Position;
        string word = _scan.TakeWord("const or an operator");
        if (word == "const" && outputs.Count == 1)
        {
            Value value = outputs[0].Value;
            value.Constant = TextValues.Elements(_scan, value.Type);
        }
        else
        {
            Type op = OpTable.Find(word) ?? throw _scan.Error(start, $"'{word}' is not an operator (see `tinynano ops`)");
            List<Value?> inputs = [.. Inputs()];
            Op instance = Operator(op);
            string name = _scan.Sees('"') ? _scan.TakeString() : outputs[0].Value.Name;
            _graph.Nodes.Add(new Node(name, instance, inputs, outputs.Select(o => o.Value)));
        }

        foreach ((int position, Value value) in outputs)
        {
            Define(position, value);
        }
    }

    private Value Declare(bool isState)
    {
        (int position, Value value) = Declaration(isState);
        Define(position, value);
        return value;
    }

    private void Define(int position, Value value)
    {
        if (!_values.TryAdd(value.Name, value))
        {
            throw _scan.Error(position, $"%{value.Name} is defined twice");
        }
    }

    private (int Position, Value Value) Declaration(bool isState)
    {
        int position = _scan.Position;
        _scan.Take('%');
        string name = _scan.TakeName("a value's name");
        _scan.Take(':');
        return (position, new Value(name, TextValues.Type(_scan)) { IsState = isState });
    }

    private Value Reference()
    {
        int position = _scan.Position;
        _scan.Take('%');
        string name = _scan.TakeName("a value's name");
        return _values.TryGetValue(name, out Value? value) ? value
            : throw _scan.Error(position, $"%{name} is not defined before this point");
    }

    private IEnumerable<Value?> Inputs()
    {
        _scan.Take('(');
        if (_scan.TryTake(')'))
        {
            yield break;
        }

        do
        {
            yield return _scan.TryTake('_') ? null : Reference();
        }
        while (_scan.TryTake(','));

        _scan.Take(')');
    }

    private Op Operator(Type op)
    {
        IReadOnlyList<OpAttribute> attributes = OpAttributes.Of(op);
        object?[] values = [.. attributes.Select(a => a.Default)];
        int start = _scan.Position;
        if (_scan.TryTake('{'))
        {
            do
            {
                int position = _scan.Position;
                string name = _scan.TakeWord("an attribute");
                int index = attributes.ToList().FindIndex(a => a.Name == name);
                if (index < 0)
                {
                    throw _scan.Error(position, $"{op.Name} has no attribute '{name}' (it has {string.Join(", ", attributes.Select(a => a.Name))})");
                }

                _scan.Take('=');
                values[index] = TextValues.Attribute(_scan, attributes[index].Type);
            }
            while (_scan.TryTake(','));

            _scan.Take('}');
        }

        int missing = Array.IndexOf(values, null);
        return missing < 0 ? OpAttributes.Create(op, values!)
            : throw _scan.Error(start, $"{op.Name} needs the attribute {attributes[missing].Name}");
    }
}
