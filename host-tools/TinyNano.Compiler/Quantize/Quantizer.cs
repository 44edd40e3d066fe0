using TinyNano.Compiler.Diagnostics;
using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// Post-training quantisation: a float graph becomes one of int8 (or int16) activations, int8 weights and int32 (or int64)
/// biases, as the operators' <see cref="QuantRule"/>s say. Operators without a rule stay in float between Dequantize and
/// Quantize nodes.
/// </summary>
public static class Quantizer
{
    /// <summary>
    /// A quantised copy; the float graph stays as it is. Values keep their names, except that float inputs and outputs
    /// (<see cref="QuantizePolicy.FloatIo"/>) leave theirs to nobody and the integers behind them are called `name:q`. Warning
    /// TN3101 names the operators that stay in float. CompileException TN3105 for a graph that is quantised already.
    /// </summary>
    /// <param name="ranges">Of this graph, from <see cref="Calibrator.Observe"/>.</param>
    /// <param name="samples">For the bias correction, which does nothing without.</param>
    public static Graph Quantize(
        Graph graph, Ranges ranges, QuantizePolicy policy, IReadOnlyList<IReadOnlyList<Tensor>>? samples = null, DiagnosticBag? diagnostics = null)
    {
        if (policy.Activations is not (DType.Int8 or DType.Int16))
        {
            throw new ArgumentException($"{policy.Activations.ShortName()} activations; expected i8 or i16", nameof(policy));
        }

        if (graph.Values().FirstOrDefault(v => v.Quantization is not null) is Value value)
        {
            throw new CompileException("TN3105", $"'{value.Name}' is quantised already", graph.Name, "quantise the float model");
        }

        Graph copy = graph.Clone();
        ActivationPlan plan = new(copy, ranges, policy.Activations);
        if (plan.LeftInFloat.Count > 0)
        {
            diagnostics?.Warn("TN3101", $"{plan.LeftInFloat.Count} operators have no {policy.Activations.ShortName()} form and stay in float: {string.Join(", ", plan.LeftInFloat)}",
                graph.Name, "the runtime needs its float kernels for them (TN_FLOAT)");
        }

        BiasCorrection? correction = policy.BiasCorrection && samples is { Count: > 0 } ? BiasCorrection.Of(graph, samples) : null;
        new GraphQuantizer(copy, plan, policy, ranges, correction).Run();
        return copy;
    }
}
