using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Arithmetic, comparison, logic.</summary>
internal static class ElementwiseCases
{
    public static IEnumerable<OnnxCase> All()
    {
        foreach (string op in new[] { "Add", "Sub", "Mul", "Div", "Max", "Min", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal" })
        {
            DType type = op is "Less" or "LessOrEqual" or "Greater" or "GreaterOrEqual" or "Equal" ? DType.Bool : DType.Float32;
            foreach ((int[] a, int[] b) in new (int[], int[])[] { ([2, 3, 4], [2, 3, 4]), ([2, 3, 4], [4]), ([3, 1], [2, 1, 5]), ([2, 3], []) })
            {
                OnnxCase c = new($"{op}_{string.Join("x", a)}_{string.Join("x", b)}", 16);
                yield return c.Out(type, c.Op(op, [c.In(a), c.In(b)]));
                OnnxCase d = new($"{op}_{string.Join("x", a)}_{string.Join("x", b)}_constant", 16);
                yield return d.Out(type, d.Op(op, [d.In(a), d.WRange(0.5f, 2, b)]));
            }
        }

        foreach (string op in new[] { "Add", "Sub", "Mul", "Equal", "Less", "Max" })
        {
            OnnxCase c = new($"{op}_int32", 14);
            string a = c.In(c.Random.Tensor(DType.Int32, new Shape(3, 4), -4, 4));
            string b = c.In(c.Random.Tensor(DType.Int32, new Shape(4), -4, 4));
            yield return c.Out(op is "Equal" or "Less" ? DType.Bool : DType.Int32, c.Op(op, [a, b]));
        }

        foreach (string op in new[] { "Max", "Min", "Sum", "Mean" })
        {
            OnnxCase c = new($"{op}_of_three", 13);
            yield return c.Out(c.Op(op, [c.In(2, 3), c.In(3), c.W(2, 1)]));
            OnnxCase one = new($"{op}_of_one", 13);
            yield return one.Out(one.Op(op, [one.In(2, 3)]));
        }

        foreach (float exponent in new[] { -1, -0.5f, 0.5f, 1, 2, 3, 4 })
        {
            OnnxCase c = new($"pow_{exponent}", 13);
            yield return c.Out(c.Op("Pow", [c.InRange(0.1f, 3, 2, 5), c.Scalar(exponent)]));
        }

        foreach (string op in new[] { "And", "Or", "Xor", "Equal" })
        {
            OnnxCase c = new($"{op}_bool", 13);
            yield return c.Out(DType.Bool, c.Op(op, [Flags(c, 3, 4), Flags(c, 4)]));
        }

        OnnxCase not = new("not", 13);
        yield return not.Out(DType.Bool, not.Op("Not", [Flags(not, 3, 4)]));
        OnnxCase where = new("where", 16);
        yield return where.Out(where.Op("Where", [Flags(where, 2, 1, 4), where.In(3, 4), where.In(2, 3, 1)]));
    }

    private static string Flags(OnnxCase c, params int[] dims) => c.In(c.Random.Tensor(DType.Bool, new Shape(dims), 0, 1));
}
