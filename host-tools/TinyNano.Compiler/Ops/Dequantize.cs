using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Ops;

/// <summary>Quantised numbers to float32: scale * (x - zero).</summary>
public sealed record Dequantize() : Op, ILowerable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(DType.Float32, inputs.Need(0, "x").Shape)];

    /// <summary>The same real numbers.</summary>
    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        return [x.DType == DType.Float32 ? x : Tensor.Of(x.Shape, x.ToFloats())];
    }

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        if (x.DType == DType.Float32)
        {
            to.Alias(node.Output, to.Tensor(x));
            return;
        }

        Quantization q = Elementwise.Quant(x);
        OpHelpers.Check(x.DType is DType.Int8 or DType.UInt8 or DType.Int16 or DType.Int32, $"the device does not dequantise {x.DType.ShortName()}");
        to.Step(DeviceOps.Dequantize, [to.Tensor(x)], [to.Tensor(node.Output)], [("scale", Lowering.Bits(q.Scale)), ("zero", q.ZeroPoint)]);
    }
}
