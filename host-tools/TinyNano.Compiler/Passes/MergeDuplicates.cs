using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Nodes that do the same to the same inputs become one; constants count as the same when their contents are. Importers
/// and transposes leave many.
/// </summary>
public sealed class MergeDuplicates : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        Dictionary<Value, Value> contents = [];
        Dictionary<string, Node> first = [];
        foreach (Node node in graph.Nodes.ToList())
        {
            if (node.Inputs.Exists(v => v is { IsState: true }) || node.Outputs.Exists(graph.IsOutput))
            {
                continue;
            }

            string key = Key(node, contents);
            if (first.TryAdd(key, node))
            {
                continue;
            }

            for (int i = 0; i < node.Outputs.Count; i++)
            {
                graph.ReplaceUses(node.Outputs[i], first[key].Outputs[i]);
            }

            graph.Nodes.Remove(node);
            changed = true;
        }

        return changed;
    }

    /// <summary>Operator with attributes, inputs by name (unique in a graph) or contents, and types of the outputs.</summary>
    private static string Key(Node node, Dictionary<Value, Value> contents)
    {
        IEnumerable<Value?> inputs = node.Inputs.Select(v => v is { IsConstant: true } ? Contents(v, contents) : v);
        return GraphPrinter.Print(new Node("", node.Op, inputs, node.Outputs.Select(v => new Value("", v.Type))));
    }

    /// <summary>A value whose name says all about a constant. The space keeps it apart from most names, the hash from the rest.</summary>
    private static Value Contents(Value constant, Dictionary<Value, Value> contents)
    {
        if (!contents.TryGetValue(constant, out Value? named))
        {
            string hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(constant.Constant!.ToBytes()));
            named = new Value($"{GraphPrinter.Print(constant.Type)} {hash}", constant.Type);
            contents[constant] = named;
        }

        return named;
    }
}
