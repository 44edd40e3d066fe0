using TinyNano.Compiler.IR;
using TinyNano.Compiler.Passes;

namespace TinyNano.Compiler.Tests.Passes;

/// <summary>
/// The pairs in cases/*.ir. Where a pass changes on purpose, set TINYNANO_REWRITE_CASES=1, run once, and read the
/// difference before keeping it.
/// </summary>
public sealed class PassCaseTests
{
    private static readonly IReadOnlyList<PassCase> Cases = PassCase.All();

    public static TheoryData<string, int> Titles()
    {
        TheoryData<string, int> data = [];
        for (int i = 0; i < Cases.Count; i++)
        {
            data.Add($"{Cases[i].Pass}: {Cases[i].Title}", i);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Titles))]
    public void Pass_GivesTheGraphOfTheCase_AndKeepsTheMeaning(string title, int index)
    {
        Assert.NotEmpty(title);
        PassCase c = Cases[index];
        Graph before = GraphParser.Parse(c.Before);
        GraphChecker.Check(before, "the case");

        (Graph after, bool changed) = Run(c, before);

        GraphChecker.Check(after, c.Pass);
        Meaning.AssertSame(before, after, index);
        Assert.Equal(GraphPrinter.Print(before) != GraphPrinter.Print(after), changed);
        string expected = c.After == "unchanged\n" ? GraphPrinter.Print(before) : GraphPrinter.Print(GraphParser.Parse(c.After));
        Assert.Equal(expected, GraphPrinter.Print(after));
    }

    [Fact]
    public void EveryPass_HasACase() =>
        Assert.Empty(PassPipeline.Standard.Names.Except(Cases.Select(c => c.Pass)));

    [Fact]
    public void Cases_Rewritten_WhenAsked()
    {
        if (Environment.GetEnvironmentVariable("TINYNANO_REWRITE_CASES") != "1")
        {
            return;
        }

        foreach (IGrouping<string, PassCase> file in Cases.GroupBy(c => c.File))
        {
            PassCase.Write(file.Key, file.Select(Rewrite));
        }
    }

    private static PassCase Rewrite(PassCase c)
    {
        string before = GraphPrinter.Print(GraphParser.Parse(c.Before));
        (Graph after, bool changed) = Run(c, GraphParser.Parse(c.Before));
        return c with { Before = before, After = changed ? GraphPrinter.Print(after) : "unchanged\n" };
    }

    /// <summary>One pass by name, until it changes nothing more; or the whole pipeline.</summary>
    private static (Graph After, bool Changed) Run(PassCase c, Graph before)
    {
        if (c.Pass == "Standard")
        {
            Graph tidy = PassPipeline.Standard.Run(before, new PassTrace { Check = true });
            return (tidy, GraphPrinter.Print(tidy) != GraphPrinter.Print(before));
        }

        Type type = typeof(Pass).Assembly.GetType($"TinyNano.Compiler.Passes.{c.Pass}")
            ?? throw new InvalidOperationException($"{c.File} names the pass {c.Pass}, which is not there");
        Pass pass = (Pass)Activator.CreateInstance(type)!;
        Graph graph = before.Clone();
        bool changed = false;
        for (int i = 0; i < 10 && pass.Run(graph); i++)
        {
            changed = true;
        }

        Assert.False(pass.Run(graph), $"{c.Pass}: {c.Title}: always finds something to change in\n{GraphPrinter.Print(graph)}");
        return (graph, changed);
    }
}
