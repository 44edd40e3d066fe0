using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Tests.Passes;

public sealed class PassPipelineTests
{
    private const int Seeds = 400;

    [Fact]
    public void RandomNetworks_KeepTheirMeaning_UnderTheChecker()
    {
        for (int seed = FirstSeed(); seed < FirstSeed() + Seeds; seed++)
        {
            Graph graph = RandomGraphs.Create(seed);
            string before = GraphPrinter.Print(graph);
            try
            {
                Graph tidy = PassPipeline.Standard.Run(graph, new PassTrace { Check = true });
                Meaning.AssertSame(graph, tidy, seed);

                // Each output may keep one transpose, and the input.
                int most = graph.Outputs.Count + 1;
                Assert.True(tidy.Nodes.Count(n => n.Op is Transpose) <= most, $"more than {most} transposes left in\n{GraphPrinter.Print(tidy)}");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed} (TINYNANO_SEED={seed} runs it first):\n{before}", e);
            }

            Assert.Equal(before, GraphPrinter.Print(graph));
        }
    }

    [Fact]
    public void RandomNetworks_EachPassAlone_KeepsTheMeaning()
    {
        foreach (string name in PassPipeline.Standard.Names)
        {
            Pass pass = (Pass)Activator.CreateInstance(typeof(Pass).Assembly.GetType($"TinyNano.Compiler.Passes.{name}")!)!;
            for (int seed = FirstSeed(); seed < FirstSeed() + 40; seed++)
            {
                Graph graph = RandomGraphs.Create(seed);
                Graph after = graph.Clone();
                bool changed = pass.Run(after);
                GraphChecker.Check(after, $"{name}, seed {seed}");
                Meaning.AssertSame(graph, after, seed);
                Assert.Equal(changed, GraphPrinter.Print(graph) != GraphPrinter.Print(after));
            }
        }
    }

    [Fact]
    public void Run_Twice_ChangesNothingMore()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Graph once = PassPipeline.Standard.Run(RandomGraphs.Create(seed));
            Graph twice = PassPipeline.Standard.Run(once);
            Assert.True(once.Nodes.Count == twice.Nodes.Count, $"seed {seed}:\n{GraphPrinter.Print(once)}\n{GraphPrinter.Print(twice)}");
        }
    }

    [Fact]
    public void Run_SameGraph_GivesTheSameText()
    {
        string first = GraphPrinter.Print(PassPipeline.Standard.Run(RandomGraphs.Create(11)));
        Assert.Equal(first, GraphPrinter.Print(PassPipeline.Standard.Run(RandomGraphs.Create(11))));
    }

    [Fact]
    public void DumpAfter_NamedPass_WritesTheTextForm()
    {
        List<string> dumps = [];
        PassPipeline.Standard.Run(GraphParser.Parse("""
            graph g
            input %x: f32[2]
            %a: f32[2] = Reshape(%x) { Dims = [2] }
            %y: f32[2] = Unary(%a) { Kind = Tanh, Alpha = 0, Beta = 0 }
            output %y
            """), PassTrace.DumpAfter("RemoveIdentities", dumps.Add));

        Assert.Equal("""
            graph g
            input %x: f32[2]
            %y: f32[2] = Unary(%x) { Kind = Tanh, Alpha = 0, Beta = 0 }
            output %y

            """, Assert.Single(dumps));
    }

    [Fact]
    public void Trace_RecordsWhatEachPassDid()
    {
        PassTrace trace = new() { Check = true };
        PassPipeline.Standard.Run(RandomGraphs.Create(3), trace);

        Assert.NotEmpty(trace.Records);
        Assert.All(trace.Records, r => Assert.Contains(r.Pass, PassPipeline.Standard.Names));
    }

    private static int FirstSeed() => int.TryParse(Environment.GetEnvironmentVariable("TINYNANO_SEED"), out int seed) ? seed : 0;
}
