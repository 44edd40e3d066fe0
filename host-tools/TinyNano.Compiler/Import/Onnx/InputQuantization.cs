using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>
/// ONNX gives scale and zero point to the reader of an 8-bit tensor, the IR to the tensor itself. For a graph input we
/// look ahead, through nodes that only move data, for the first node that reads it as real numbers.
/// </summary>
internal sealed class InputQuantization
{
    private static readonly HashSet<string> Moving =
    [
        "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "MaxPool", "Slice", "Split", "Concat", "Identity", "Gather",
        "Expand", "SpaceToDepth", "DepthToSpace",
    ];

    private readonly ImportState _state;
    private readonly Dictionary<string, List<OnnxNode>> _readers = [];

    public InputQuantization(OnnxGraph graph, ImportState state)
    {
        _state = state;
        foreach (OnnxNode node in graph.Nodes)
        {
            foreach (string input in node.Inputs.Distinct())
            {
                if (!_readers.TryGetValue(input, out List<OnnxNode>? list))
                {
                    _readers[input] = list = [];
                }

                list.Add(node);
            }
        }
    }

    /// <summary>The quantisation under which the graph reads an input; null where it is read as plain integers.</summary>
    public Quantization? Find(OnnxValueInfo input)
    {
        if (input.Type is not (OnnxType.UInt8 or OnnxType.Int8 or OnnxType.Int16))
        {
            return null;
        }

        Queue<string> names = new([input.Name]);
        HashSet<string> seen = [input.Name];
        while (names.TryDequeue(out string? name))
        {
            foreach (OnnxNode node in _readers.GetValueOrDefault(name) ?? [])
            {
                int scale = ScaleInput(node, node.Inputs.IndexOf(name));
                if (scale > 0 && Read(node, scale) is Quantization q)
                {
                    return q;
                }

                foreach (string output in Moving.Contains(node.OpType) ? node.Outputs : [])
                {
                    if (output.Length > 0 && seen.Add(output))
                    {
                        names.Enqueue(output);
                    }
                }
            }
        }

        return null;
    }

    // The input that holds the scale for data input `index`; the zero point is the one after it.
    private static int ScaleInput(OnnxNode node, int index) => node.OpType switch
    {
        "DequantizeLinear" when index == 0 => 1,
        "QLinearConcat" when index >= 2 && (index - 2) % 3 == 0 => index + 1,
        "QLinearConv" or "QLinearMatMul" or "QLinearAdd" or "QLinearMul" or "QGemm" when index is 0 or 3 => index + 1,
        "QLinearGlobalAveragePool" or "QLinearAveragePool" or "QLinearSigmoid" or "QLinearLeakyRelu" or "QLinearSoftmax" when index == 0 => 1,
        _ => -1,
    };

    private Quantization? Read(OnnxNode node, int scaleInput)
    {
        if (Constant(node, scaleInput) is not { IsFloat: true } scale)
        {
            return null;
        }

        float[] scales = scale.ToFloats();
        int[] zeros = Constant(node, scaleInput + 1) is { IsFloat: false } zero ? Array.ConvertAll(zero.ToLongs(), z => (int)z) : new int[scales.Length];
        bool valid = scales.Length > 0 && zeros.Length == scales.Length && scales.All(s => s > 0 && float.IsFinite(s));
        int axis = scales.Length > 1 && node.Attributes.TryGetValue("axis", out OnnxAttribute? a) ? (int)Math.Clamp(a.Int ?? 0, -8, 8) : 1;
        if (!valid || (scales.Length > 1 && axis < 0))
        {
            return null;
        }

        return new Quantization(scales, zeros, scales.Length > 1 ? axis : 0);
    }

    private OnnxTensor? Constant(OnnxNode node, int input) =>
        input < node.Inputs.Count && _state.Edges.TryGetValue(node.Inputs[input], out Edge? edge) ? edge.Constant : null;
}
