using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Conversion of element type as C does it: integers keep their low bits, floats go towards zero (saturated at the ends
/// of int32, or int64 for that type; NaN to 0), to bool is != 0.
/// </summary>
public sealed record Cast(DType To) : Op, ILowerable
{
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType?> inputs) => [new TensorType(To, inputs.Need(0, "x").Shape)];

    public override Tensor[] Evaluate(IReadOnlyList<Tensor?> inputs)
    {
        Tensor x = inputs.Need(0);
        if (x.DType == To)
        {
            return [x];
        }

        Tensor y = Tensor.Zeros(To, x.Shape);
        for (int i = 0; i < x.Count; i++)
        {
            if (To == DType.Float32)
            {
                y.Floats[i] = (float)x.GetDouble(i);
            }
            else if (To == DType.Bool)
            {
                ((bool[])y.Data)[i] = x.GetDouble(i) != 0;
            }
            else
            {
                Store(y.Data, i, x.DType != DType.Float32 ? x.GetInteger(i) : To == DType.Int64 ? (long)x.Floats[i] : (int)x.Floats[i]);
            }
        }

        return [y];
    }

    public void Lower(Node node, Lowering to)
    {
        Value x = node.Inputs[0]!;
        if (x.DType == To)
        {
            to.Alias(node.Output, to.Tensor(x));
            return;
        }

        to.Step(DeviceOps.Cast, [to.Tensor(x)], [to.Tensor(node.Output)], [], inPlace: Elementwise.InPlace(node, 1));
    }

    private static void Store(Array data, int i, long v)
    {
        unchecked
        {
            switch (data)
            {
                case sbyte[] a: a[i] = (sbyte)v; break;
                case byte[] a: a[i] = (byte)v; break;
                case short[] a: a[i] = (short)v; break;
                case int[] a: a[i] = (int)v; break;
                case long[] a: a[i] = v; break;
                default: throw new OpException($"no cast to {data.GetType().Name}");
            }
        }
    }
}
