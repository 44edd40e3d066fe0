using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <content>Appending nodes: shapes and kinds are checked against the file, constant integers are computed.</content>
internal sealed partial class TFLiteContext
{
    // The file's type of an output is checked against the operator's own. A shape that the converter left open is filled in;
    // the same number of elements under another shape is a reshape.
    private void Append(Op op, Value?[] inputs, Value[] outputs)
    {
        TFLiteKinds.Check(op, inputs);
        IReadOnlyList<TensorType> inferred = op.Infer([.. inputs.Select(v => v?.Type)]);
        if (inferred.Count != outputs.Length)
        {
            throw TFLiteRefusal.Misfit($"{outputs.Length} outputs, expected {inferred.Count}.");
        }

        if (Movement.Is(op) && inputs[0]!.Quantization is null or { PerChannel: false })
        {
            KeepKind(inputs[0]!, outputs);
        }

        Value[] made = [.. outputs.Select((output, k) => Made(output, inferred[k]))];
        foreach (Value value in made)
        {
            TFLiteKinds.CheckResult(op, inputs, value);
        }

        if (made.Length == 1 && Computed(op, inputs, made[0]) is Tensor data)
        {
            outputs[0].Constant = data.Reshape(outputs[0].Shape);
            return;
        }

        Graph.Nodes.Add(new Node(outputs[0].Name, op, inputs, made));
        for (int k = 0; k < made.Length; k++)
        {
            if (made[k] != outputs[k])
            {
                Graph.Nodes.Add(new Node(outputs[k].Name, new Reshape(outputs[k].Shape.ToArray()), [made[k]], [outputs[k]]));
            }
        }
    }

    // Moved numbers are what they were: quantised where the input is, plain where it is not.
    private static void KeepKind(Value x, Value[] outputs)
    {
        foreach (Value output in outputs)
        {
            if (x.Quantization is null || output.Quantization is null)
            {
                output.Type = output.Type with { Quantization = x.Quantization };
            }
        }
    }

    // The output itself, or a value of the inferred shape that is to be reshaped into it.
    private Value Made(Value output, TensorType inferred)
    {
        TensorType file = output.Type;
        if (file.DType != inferred.DType)
        {
            throw TFLiteRefusal.Type($"the result '{output.Name}' is {file.DType.ShortName()} in the file; {inferred.DType.ShortName()} is what the inputs give.");
        }

        if (file.Shape.Rank == 0)
        {
            output.Type = file with { Shape = inferred.Shape };
        }

        if (output.Shape.Equals(inferred.Shape))
        {
            return output;
        }

        return file.Shape.Count == inferred.Shape.Count ? new Value(Unique(output.Name + "/shaped"), file with { Shape = inferred.Shape })
            : throw TFLiteRefusal.Misfit($"the result '{output.Name}' has shape {file.Shape} in the file; {inferred.Shape} is what the inputs give.");
    }

    private static bool OnIntegers(Op op) => Movement.Is(op)
        || op is Add or Sub or Mul or Div or Minimum or Maximum or Compare or Select or Logical or Cast { To: not DType.Float32 } or Reduce;

    // What is computed from constant integers is a constant: converters compute shapes that way, and those must be known
    // here. Null where there is something else among the inputs.
    private static Tensor? Computed(Op op, Value?[] inputs, Value output)
    {
        const int Most = 4096;
        if (!OnIntegers(op) || output.Shape.Count > Most || inputs.Any(v => v is null or { Quantization: not null } or { IsConstant: false }
            || v.DType is not (DType.Int32 or DType.Int64 or DType.Bool) || v.Shape.Count > Most))
        {
            return null;
        }

        try
        {
            return op.Evaluate([.. inputs.Select(v => v!.Constant)]) is [Tensor data] && data.DType == output.DType ? data : null;
        }
        catch (Exception e) when (e is OpException or ArithmeticException)
        {
            return null;
        }
    }
}
