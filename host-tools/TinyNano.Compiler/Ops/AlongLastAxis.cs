using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Operators whose kernels work along the last axis, on any axis: where others follow it, they are moved in front and
/// back again by two copies.
/// </summary>
internal static class AlongLastAxis
{
    /// <summary>Calls <paramref name="step"/> with x and y as [rows, length of the axis].</summary>
    public static void Lower(Node node, Lowering to, int axis, Action<DeviceTensor, DeviceTensor> step)
    {
        Value x = node.Inputs[0]!;
        (int outer, int length, int inner) = Elements.Around(x.Shape, Elements.Axis(x.Shape, axis));
        DeviceTensor source = to.Tensor(x);
        DeviceTensor target = to.Tensor(node.Output);
        Shape rows = new(outer * inner, length);
        if (inner == 1)
        {
            step(Lowering.View(source, rows), Lowering.View(target, rows));
            return;
        }

        DeviceTensor before = to.Temp(x.DType, rows);
        DeviceTensor after = to.Temp(node.Output.DType, rows);
        StridedCopies.Step(to, source, before, 0, [outer, inner, length], [length * inner, 1, inner]);
        step(before, after);
        StridedCopies.Step(to, after, target, 0, [outer, length, inner], [length * inner, 1, length]);
    }
}
