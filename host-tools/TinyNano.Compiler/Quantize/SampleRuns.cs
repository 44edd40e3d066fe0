using System.Runtime.ExceptionServices;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>Runs one sample; the callback sees every value.</summary>
internal delegate void SampleRun(IReadOnlyList<Tensor> sample, Action<Value, Tensor> observe);

/// <summary>Runs a float graph over many samples on all processors, with results that do not depend on how many there are.</summary>
internal static class SampleRuns
{
    private const int Parts = 8;

    /// <summary>
    /// Deals the samples out to a fixed number of parts, each with a result of its own, which its samples visit in order.
    /// A graph with states is one part.
    /// </summary>
    public static T[] Each<T>(Graph graph, IReadOnlyList<IReadOnlyList<Tensor>> samples, Func<T> create, Action<SampleRun, T, IReadOnlyList<Tensor>> visit)
    {
        Interpreter interpreter = new(graph);
        int parts = graph.Values().Any(v => v.IsState) ? 1 : Math.Min(Parts, samples.Count);
        T[] results = [.. Enumerable.Range(0, parts).Select(_ => create())];
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
            {
                InterpreterState state = new();
                for (int i = part; i < samples.Count; i += parts)
                {
                    visit((sample, observe) => interpreter.Run(sample, state, observe), results[part], samples[i]);
                }
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }

        return results;
    }
}
