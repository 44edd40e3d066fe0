using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// One transformation that keeps the meaning of a graph. A pass holds no state between runs. In graphs with quantised
/// values it changes no number: what is exact only on real numbers is done to float32 values alone.
/// </summary>
public abstract class Pass
{
    /// <summary>The name in traces and for --dump-after.</summary>
    public string Name => GetType().Name;

    /// <summary>Edits the graph in place; returns whether anything changed.</summary>
    public abstract bool Run(Graph graph);
}
