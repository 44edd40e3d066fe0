using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>One run of a pass that changed something.</summary>
/// <param name="Pass">Name of the pass.</param>
/// <param name="NodesBefore">Nodes of the graph before it.</param>
/// <param name="NodesAfter">Nodes of the graph after it.</param>
public sealed record PassRecord(string Pass, int NodesBefore, int NodesAfter);

/// <summary>What a pipeline is asked to check and show, and what it did.</summary>
public sealed class PassTrace
{
    private readonly List<PassRecord> _records = [];

    /// <summary>Run <see cref="GraphChecker"/> before the first and after each pass.</summary>
    public bool Check { get; init; }

    /// <summary>Called after each run of a pass that changed something, with the pass's name and the graph.</summary>
    public Action<string, Graph>? After { get; init; }

    /// <summary>Every run of a pass that changed something, in order.</summary>
    public IReadOnlyList<PassRecord> Records => _records;

    /// <summary>A trace for --dump-after: hands the text form to <paramref name="write"/> whenever the named pass changed something.</summary>
    public static PassTrace DumpAfter(string pass, Action<string> write) => new()
    {
        After = (name, graph) =>
        {
            if (name == pass)
            {
                write(GraphPrinter.Print(graph));
            }
        },
    };

    internal void Add(PassRecord record) => _records.Add(record);
}
