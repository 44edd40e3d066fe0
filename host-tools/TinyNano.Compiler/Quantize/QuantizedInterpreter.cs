using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Quantize;

/// <summary>
/// What a quantised graph computes, nearly: operators compute with real numbers, and after each the result is rounded to
/// the numbers of its type and saturated. Tables and fixed-point multipliers of the real kernels may differ from that by one
/// number. Construct once for many runs; runs may go in parallel.
/// </summary>
public sealed class QuantizedInterpreter
{
    private readonly Interpreter _interpreter;
    private readonly Dictionary<Value, Value> _originals = [];

    public QuantizedInterpreter(Graph graph)
    {
        Graph copy = graph.Clone();
        foreach ((Value mine, Value original) in copy.Values().Zip(graph.Values()))
        {
            _originals[mine] = original;
        }

        // A conversion gives its input's array as it is, which other nodes read as well: rounding needs an array of its own.
        foreach (Node node in copy.Nodes.Where(n => n.Op is Ops.Quantize))
        {
            node.Op = new CopyingQuantize(node.Output.DType);
        }

        _interpreter = new Interpreter(copy);
    }

    /// <summary>One inference from real inputs to real outputs; see <see cref="Interpreter"/>.</summary>
    /// <param name="observe">Sees every rounded value under the values of the graph given to the constructor.</param>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs, InterpreterState? state = null, Action<Value, Tensor>? observe = null) =>
        _interpreter.Run([.. inputs.Select(Copy)], state ?? new InterpreterState(), (value, tensor) =>
        {
            if (value.Quantization is Quantization q && value.DType is DType.Int8 or DType.Int16 && tensor.DType == DType.Float32)
            {
                Grid.Snap(tensor.Floats, value.DType, q);
            }

            observe?.Invoke(_originals[value], tensor);
        });

    private static Tensor Copy(Tensor tensor) => new(tensor.DType, tensor.Shape, (Array)tensor.Data.Clone());

    private sealed record CopyingQuantize(DType To) : Op
    {
        public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(To, inputs[0]!.Shape)];

        public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs) => [Copy(inputs[0]!)];
    }
}
