using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Removes nodes that no output depends on. A node that updates a state counts as used when a used node reads the state,
/// in this run or the next.
/// </summary>
public sealed class RemoveDeadCode : Pass
{
    public override bool Run(Graph graph)
    {
        Dictionary<Value, Node> producers = graph.Producers();
        HashSet<Node> live = [];
        Stack<Value> wanted = new(graph.Outputs);
        HashSet<Value> seen = [];
        while (wanted.TryPop(out Value? value))
        {
            if (!seen.Add(value))
            {
                continue;
            }

            IEnumerable<Node> makers = value.IsState ? graph.Consumers(value) : producers.TryGetValue(value, out Node? producer) ? [producer] : [];
            foreach (Node node in makers.Where(live.Add))
            {
                foreach (Value? input in node.Inputs)
                {
                    if (input is not null)
                    {
                        wanted.Push(input);
                    }
                }
            }
        }

        return graph.Nodes.RemoveAll(n => !live.Contains(n)) > 0;
    }
}
