using System.Globalization;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Quantize;

/// <summary>How well a layer's quantised numbers stand for its real ones.</summary>
/// <param name="Layer">Name of the node's first output.</param>
/// <param name="SqnrDb">10 log10 of the mean square of the real numbers over the mean square of the errors; 999 where there is no error.</param>
/// <param name="Cosine">Cosine of the angle between real and quantised numbers, all samples together.</param>
public sealed record LayerQuality(string Layer, string Op, string Type, double SqnrDb, double Cosine)
{
    /// <summary>The name as far as the first ';': TFLite joins the names of everything it fused.</summary>
    public string ShortName => Layer.Split(';')[0];
}

/// <summary>Quality of every quantised layer but pure data movement, in the order of the graph.</summary>
public sealed record QuantizationReport(IReadOnlyList<LayerQuality> Layers, int Samples)
{
    private const double NoError = 999;

    /// <summary>The layer with the smallest cosine; null where nothing is quantised.</summary>
    public LayerQuality? Worst => Layers.MinBy(l => l.Cosine);

    /// <summary>Layers by cosine, the worst first.</summary>
    public IEnumerable<LayerQuality> WorstFirst(int count) => Layers.OrderBy(l => l.Cosine).Take(count);

    /// <summary>Runs both graphs over samples and compares the values of the same names, errors of the layers before included.</summary>
    public static QuantizationReport Measure(Graph floatGraph, Graph quantised, IReadOnlyList<IReadOnlyList<Tensor>> samples)
    {
        Interpreter real = new(floatGraph);
        QuantizedInterpreter rounded = new(quantised);
        (InterpreterState states, InterpreterState roundedStates) = (new InterpreterState(), new InterpreterState());
        Dictionary<Value, (Node Node, string Name)> layers = Pairs(floatGraph, quantised);
        HashSet<string> wanted = [.. layers.Values.Select(l => l.Name)];
        Dictionary<Value, Sums> sums = [];
        foreach (IReadOnlyList<Tensor> sample in samples)
        {
            Dictionary<string, Tensor> expected = [];
            real.Run(sample, states, (value, tensor) =>
            {
                if (wanted.Contains(value.Name))
                {
                    expected[value.Name] = tensor;
                }
            });
            rounded.Run(sample, roundedStates, (value, tensor) =>
            {
                if (layers.TryGetValue(value, out (Node Node, string Name) layer))
                {
                    sums.TryAdd(value, new Sums());
                    sums[value].Add(expected[layer.Name].Floats, tensor.Floats);
                }
            });
        }

        return new QuantizationReport([.. layers.Where(l => sums.ContainsKey(l.Key)).Select(l => sums[l.Key].Quality(l.Value.Name, l.Value.Node, l.Key.DType))], samples.Count);
    }

    /// <summary>One line: `quantized   int8   worst layer 'conv2d_2', cosine 0.9971`.</summary>
    public string Summary(string types) => Worst is LayerQuality worst
        ? string.Create(CultureInfo.InvariantCulture, $"quantized   {types}   worst layer '{worst.ShortName}', cosine {worst.Cosine:F4}")
        : $"quantized   {types}";

    /// <summary>A line a layer, the worst first: cosine, SQNR, operator and name.</summary>
    public string Table(int most = int.MaxValue) => string.Join('\n', WorstFirst(most).Select(l =>
        string.Create(CultureInfo.InvariantCulture, $"cosine {l.Cosine:F4}   SQNR {l.SqnrDb,5:F1} dB   {l.Op} '{l.ShortName}'")));

    /// <summary>The quantised outputs of nodes, each with its node and the name of its real counterpart.</summary>
    private static Dictionary<Value, (Node Node, string Name)> Pairs(Graph floatGraph, Graph quantised)
    {
        HashSet<string> real = [.. floatGraph.Nodes.SelectMany(n => n.Outputs).Where(v => v.DType == DType.Float32).Select(v => v.Name)];
        Dictionary<Value, (Node, string)> pairs = [];
        foreach (Node node in quantised.Nodes.Where(n => n.Op is not Ops.Quantize && !Movement.Is(n.Op)))
        {
            foreach (Value value in node.Outputs.Where(v => v.Quantization is not null))
            {
                string name = !real.Contains(value.Name) && value.Name.EndsWith(":q", StringComparison.Ordinal) ? value.Name[..^2] : value.Name;
                if (real.Contains(name))
                {
                    pairs[value] = (node, name);
                }
            }
        }

        return pairs;
    }

    private sealed class Sums
    {
        private double _real;
        private double _rounded;
        private double _product;
        private double _error;

        public void Add(float[] real, float[] rounded)
        {
            for (int i = 0; i < real.Length; i++)
            {
                _real += (double)real[i] * real[i];
                _rounded += (double)rounded[i] * rounded[i];
                _product += (double)real[i] * rounded[i];
                _error += ((double)real[i] - rounded[i]) * ((double)real[i] - rounded[i]);
            }
        }

        public LayerQuality Quality(string name, Node node, DType type)
        {
            double lengths = Math.Sqrt(_real * _rounded);
            double cosine = lengths > 0 ? _product / lengths : _error == 0 ? 1 : 0;
            double sqnr = _error == 0 ? NoError : _real == 0 ? -NoError : 10 * Math.Log10(_real / _error);
            return new LayerQuality(name, node.Op.Name, type.ShortName(), sqnr, cosine);
        }
    }
}
