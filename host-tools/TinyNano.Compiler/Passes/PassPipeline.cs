using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// An ordered list of stages; the passes of a stage run again and again, in order, until none of them changes anything.
/// </summary>
public sealed class PassPipeline
{
    /// <summary>Far above what any model needs: a stage that is not done by then goes round in circles.</summary>
    private const int MostRounds = 200;

    private readonly IReadOnlyList<IReadOnlyList<Pass>> _stages;

    public PassPipeline(params IReadOnlyList<Pass>[] stages) => _stages = stages;

    /// <summary>The pipeline of every compilation; quantised graphs pass through it unharmed.</summary>
    public static PassPipeline Standard { get; } = new(
        [
            new FoldConstants(), // first: everything later recognises constants only as such
            new MergeDuplicates(), // before the passes that ask for a sole consumer: twins would hide one
            new SimplifyShapes(), // before PropagateTransposes: a transpose that moves nothing is cheaper as a reshape
            new RemoveIdentities(), // before the fusions, which look at neighbours
            new PropagateTransposes(), // brings convolutions and what belongs to them together
            new AbsorbTransposes(), // after PropagateTransposes has taken each transpose as far down as it goes
            new RemoveDeadCode(), // what moved left its old self behind, which would count as a second consumer below
            new PackProducts(), // before the folds, which know convolutions and fully connected nodes
            new PackActivations(), // before FoldScales and FuseActivation, which would take the patterns apart
            new PackNormalizations(), // for the same reason, and after MergeDuplicates: the mean is used twice
            new FoldBatchNorm(), // before FuseActivation, which expects bias already merged
            new FuseBias(), // before FuseActivation, for the same reason
            new FoldScales(), // after FoldBatchNorm and FuseBias, which leave it the scales that found no home
            new FoldPads(), // after PropagateTransposes: only pads of height and width that touch a convolution
            new FuseActivation(), // after all that must come between a convolution and its activation
            new RemoveDeadCode(), // for the next round
        ],
        [
            new HoistTransposes(), // when nothing can sink any more: what it lifts must not sink again
            new FoldScales(), // now that scales and pads at the inputs touch the first convolution
            new FoldPads(), // likewise
            new RemoveIdentities(), // a scale that became one
            new MergeDuplicates(), // transposes that met at the input
            new RemoveDeadCode(),
        ],
        [
            new PackScales(), // only now is it certain that no convolution takes the scale
            new FuseActivation(), // of what PackScales made
            new RemoveDeadCode(),
        ]);

    /// <summary>Every pass of the pipeline, in order of first appearance.</summary>
    public IEnumerable<string> Names => _stages.SelectMany(s => s).Select(p => p.Name).Distinct();

    /// <summary>A tidied copy of the graph; the graph itself stays as it is.</summary>
    public Graph Run(Graph graph, PassTrace? trace = null)
    {
        Graph tidy = graph.Clone();
        if (trace is { Check: true })
        {
            GraphChecker.Check(tidy, "import");
        }

        foreach (IReadOnlyList<Pass> stage in _stages)
        {
            int rounds = 0;
            while (RunOnce(stage, tidy, trace))
            {
                if (++rounds == MostRounds)
                {
                    throw new InvalidOperationException($"the passes {string.Join(", ", stage.Select(p => p.Name))} undo one another's work on '{graph.Name}'");
                }
            }
        }

        return tidy;
    }

    private static bool RunOnce(IReadOnlyList<Pass> stage, Graph graph, PassTrace? trace)
    {
        bool changed = false;
        foreach (Pass pass in stage)
        {
            int before = graph.Nodes.Count;
            if (!pass.Run(graph))
            {
                continue;
            }

            changed = true;
            trace?.Add(new PassRecord(pass.Name, before, graph.Nodes.Count));
            trace?.After?.Invoke(pass.Name, graph);
            if (trace is { Check: true })
            {
                GraphChecker.Check(graph, pass.Name);
            }
        }

        return changed;
    }
}
