using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Numpy broadcasting of two or three operands.
/// </summary>
internal static class Broadcast
{
    /// <summary>The broadcast of two shapes; OpException where they do not fit.</summary>
    public static Shape Shapes(Shape a, Shape b) =>
        Shape.Broadcast(a, b) ?? throw new OpException($"{a} and {b} do not broadcast");

    /// <summary>f of every pair of elements.</summary>
    public static TResult[] Map<T, TResult>(Tensor a, Tensor b, Func<T, T, TResult> f)
    {
        T[] x = (T[])a.Data;
        T[] y = (T[])b.Data;
        Shape shape = Shapes(a.Shape, b.Shape);
        TResult[] result = new TResult[shape.Count];
        if (a.Shape.Equals(shape) && b.Shape.Equals(shape))
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = f(x[i], y[i]);
            }

            return result;
        }

        int[] atX = Indices(a.Shape, shape);
        int[] atY = Indices(b.Shape, shape);
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = f(x[atX[i]], y[atY[i]]);
        }

        return result;
    }

    /// <summary>For each element of <paramref name="to"/>, the index of the element of <paramref name="from"/> that it reads.</summary>
    public static int[] Indices(Shape from, Shape to)
    {
        Shape padded = from.PadLeft(to.Rank);
        int[] strides = padded.Strides();
        for (int axis = 0; axis < strides.Length; axis++)
        {
            strides[axis] = padded[axis] == 1 ? 0 : strides[axis];
        }

        return Elements.Walk(0, to.ToArray(), strides);
    }
}
