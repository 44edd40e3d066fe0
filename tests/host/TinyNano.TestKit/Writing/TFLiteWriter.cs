using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

/// <summary>
/// Writes an IR graph as a .tflite file, for references and for tests of the importer. One table a family of operators
/// (the other files of this folder): IR record to a function that appends TFLite operators. Explicit pads become SAME,
/// VALID, or a PAD operator in front. NotSupportedException for what TFLite cannot say.
/// </summary>
public static partial class TFLiteWriter
{
    private static readonly Dictionary<Type, Action<TFLiteBuffer, Node>> Table = new(
        Convolution().Concat(Elementwise()).Concat(Movement()).Concat(Reduction()).Concat(Recurrent()));

    /// <summary>The .tflite bytes of a graph.</summary>
    public static byte[] Write(Graph graph)
    {
        TFLiteBuffer buffer = new();
        foreach (Value input in graph.Inputs)
        {
            buffer.Tensor(input);
        }

        foreach (Node node in graph.Nodes)
        {
            if (!Table.TryGetValue(node.Op.GetType(), out Action<TFLiteBuffer, Node>? write))
            {
                throw new NotSupportedException($"{node}: no TFLite operator");
            }

            write(buffer, node);
        }

        return buffer.Finish(graph);
    }

    // Appends an operator whose inputs and outputs are those of the node.
    private static void Plain(TFLiteBuffer to, Node node, string builtin, int optionsType = 0, params OptionField[] options) =>
        to.Op(builtin, optionsType, options, [.. node.Inputs.Select(to.Tensor)], [.. node.Outputs.Select(to.Tensor)]);

    // The same with inputs of its own.
    private static void With(TFLiteBuffer to, Node node, string builtin, int[] inputs, int optionsType = 0, params OptionField[] options) =>
        to.Op(builtin, optionsType, options, inputs, [.. node.Outputs.Select(to.Tensor)]);

    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>> Row<T>(Action<TFLiteBuffer, Node, T> write)
        where T : Op => new(typeof(T), (to, node) => write(to, node, (T)node.Op));

    private static OptionField Activation(int field, Clamp clamp) => new(field, ActivationCode(clamp));

    private static byte ActivationCode(Clamp clamp) =>
        clamp.IsNone ? (byte)0
        : clamp == Clamp.Relu ? (byte)1
        : clamp == Clamp.ReluN1To1 ? (byte)2
        : clamp == Clamp.Relu6 ? (byte)3
        : throw new NotSupportedException($"activation [{clamp.Min}, {clamp.Max}] has no TFLite code");
}
