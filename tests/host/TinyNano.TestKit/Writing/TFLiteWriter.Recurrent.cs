using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.TestKit.Writing;

public static partial class TFLiteWriter
{
    private const int LstmInputs = 24;
    private const int LstmOptions = 71;
    private const byte TanhCode = 4;

    private static KeyValuePair<Type, Action<TFLiteBuffer, Node>>[] Recurrent() =>
    [
        Row<Svdf>(WriteSvdf),
        Row<Lstm>(WriteLstm),
    ];

    private static void WriteSvdf(TFLiteBuffer to, Node node, Svdf op) =>
        With(to, node, "SVDF", [.. Enumerable.Range(0, 5).Select(i => to.Tensor(node.Input(i)))], 6,
            new(0, op.Rank), Activation(1, op.Activation), new(2, false));

    // TFLite has a tensor for each gate, in the order of our blocks of rows, and one output; see TFLiteRecurrent for the inputs.
    private static void WriteLstm(TFLiteBuffer to, Node node, Lstm op)
    {
        if (op.Reverse || op.GateClip != 0)
        {
            throw new NotSupportedException($"{node}: TFLite has no reverse direction and no clip of gates");
        }

        if (!node.Inputs[4]!.IsState || !node.Inputs[5]!.IsState)
        {
            throw new NotSupportedException($"{node}: TFLite keeps the states between runs");
        }

        int[] inputs = [.. Enumerable.Repeat(-1, LstmInputs)];
        inputs[0] = to.Tensor(node.Inputs[0]);
        for (int gate = 0; gate < 4; gate++)
        {
            inputs[1 + gate] = Block(to, node.Inputs[1]!, gate, 4);
            inputs[5 + gate] = Block(to, node.Inputs[2]!, gate, 4);
            inputs[12 + gate] = node.Input(3) is Value bias ? Block(to, bias, gate, 4) : -1;
        }

        int[] peepholes = [9, 11, 10];
        for (int gate = 0; gate < 3 && node.Input(6) is Value; gate++)
        {
            inputs[peepholes[gate]] = Block(to, node.Input(6)!, gate, 3);
        }

        inputs[18] = to.Tensor(node.Inputs[4]);
        inputs[19] = to.Tensor(node.Inputs[5]);
        to.Op("UNIDIRECTIONAL_SEQUENCE_LSTM", LstmOptions,
            [new(0, TanhCode), new(1, op.CellClip), new(2, 0f), new(3, op.TimeMajor), new(4, false), new(5, false)],
            inputs, [to.Tensor(node.Output)]);
    }

    // One of `blocks` equal blocks of a constant along its first axis, all of whose rows have one scale.
    private static int Block(TFLiteBuffer to, Value value, int index, int blocks)
    {
        Tensor all = value.Constant ?? throw new NotSupportedException($"'{value.Name}' is not constant");
        Shape shape = new([all.Shape[0] / blocks, .. all.Shape.Dims.Skip(1)]);
        Tensor part = Tensor.Zeros(all.DType, shape);
        Array.Copy(all.Data, index * part.Count, part.Data, 0, part.Count);
        Quantization? quantization = value.Quantization;
        if (quantization is { PerChannel: true } q)
        {
            float[] scales = q.Scales[(index * shape[0])..((index + 1) * shape[0])];
            quantization = Array.TrueForAll(scales, s => s == scales[0]) ? new Quantization(scales[0], 0)
                : throw new NotSupportedException($"'{value.Name}' has a scale for each row");
        }

        return to.Constant(part, quantization);
    }
}
