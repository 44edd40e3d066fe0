using TinyNano.Compiler.IR;

namespace TinyNano.Vectors;

/// <summary>
/// One case to be run on the reference. Op is the device operator whose vector file it goes into, in lower case
/// (fully_connected). Inputs have the shape of the graph's inputs, or hold several runs one after another ([runs, ...shape]).
/// </summary>
public sealed record CaseSpec(string Op, string Name, Graph Graph, IReadOnlyList<Tensor> Inputs)
{
    /// <summary>Outputs that need no reference: of types it lacks. Such cases have a file of their own, with its own origin.</summary>
    public IReadOnlyList<Tensor>? Outputs { get; init; }

    /// <summary>Where <see cref="Outputs"/> come from, if not from the meaning of the graph.</summary>
    public string? Origin { get; init; }

    /// <summary>A case whose outputs are the meaning of the graph, which the interpreter computes in double precision.</summary>
    public static CaseSpec FromMeaning(string op, string name, Graph graph, IReadOnlyList<Tensor> inputs) =>
        new(op, name, graph, inputs) { Outputs = Interpreter.Run(graph, inputs) };

    /// <summary>A case with outputs worked out by hand.</summary>
    public static CaseSpec FromNumbers(string op, string name, Graph graph, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> outputs) =>
        new(op, name, graph, inputs) { Outputs = outputs };
}

/// <summary>The cases of some operators; every class in Cases/ that implements it is found by itself.</summary>
public interface ICaseFamily
{
    /// <summary>All cases, always the same: numbers come from seeds, never from the clock.</summary>
    IEnumerable<CaseSpec> Cases();
}
