using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>
/// TABLE (int8 functions, all 256 numbers each) and UNARY (float, int16, int32). What the reference has no kernel for comes
/// from the meaning of the operator in double precision, in files of its own.
/// </summary>
public sealed class UnaryCases : ICaseFamily
{
    private static readonly (string Name, float XScale, int XZero, float YScale, int YZero)[] Scales =
    [
        ("wide", 0.0712f, 3, 0.0457f, -20),
        ("narrow", 0.0089f, -128, 0.0131f, 0),
        ("coarse", 0.5f, 127, 0.25f, -128),
        ("same", 0.0461f, -5, 0.0461f, -5),
    ];

    private static readonly Unary[] Kernels =
    [
        new(UnaryKind.Clip, 0, float.PositiveInfinity),
        new(UnaryKind.LeakyRelu, 0.17f, 0),
        new(UnaryKind.LeakyRelu, -0.6f, 0),
        new(UnaryKind.Elu, 1, 0),
        new(UnaryKind.HardSwish, 0, 0),
        new(UnaryKind.Abs, 0, 0),
        new(UnaryKind.Sigmoid, 0, 0),
        new(UnaryKind.Tanh, 0, 0),
    ];

    public IEnumerable<CaseSpec> Cases() => Tables().Concat(RoundedTables()).Concat(Floats()).Concat(Int16s()).Concat(Int32s());

    private static IEnumerable<CaseSpec> Tables()
    {
        foreach ((string name, float xScale, int xZero, float yScale, int yZero) in Scales)
        {
            Quantization x = new(xScale, xZero);
            foreach (Unary op in Kernels)
            {
                Quantization y = op.Kind switch
                {
                    UnaryKind.Sigmoid => new Quantization(1f / 256, -128),
                    UnaryKind.Tanh => new Quantization(1f / 128, 0),
                    UnaryKind.HardSwish => new Quantization(Math.Max(yScale, xScale / 60), yZero),
                    _ => new Quantization(yScale, yZero),
                };
                yield return Table($"{op.Kind}{(op.Alpha < 0 ? "_negative" : "")}_{name}".ToLowerInvariant(), op, x, y);
            }

            // Only numbers the reference takes: not below zero.
            Tensor positive = Tensor.Of(new Shape(128 - xZero), [.. Enumerable.Range(xZero, 128 - xZero).Select(q => (sbyte)q)]);
            yield return Table($"rsqrt_{name}", new Unary(UnaryKind.Rsqrt, 0, 0), x, new Quantization(yScale, yZero), positive);
        }

        Quantization same = new(0.0461f, -5);
        yield return Table("relu6", new Unary(UnaryKind.Clip, 0, 6), same, same);
        yield return Table("relu6_raw", new Unary(UnaryKind.RawClip, 0, 6), same, new Quantization(0.02f, -128));
        Quantization[] odd = [new(1e-4f, 0), new(3f, 9), new(0.2f, -100)];
        foreach ((Quantization q, int i) in odd.Select((q, i) => (q, i)))
        {
            yield return Table($"sigmoid_odd{i}", new Unary(UnaryKind.Sigmoid, 0, 0), q, new Quantization(1f / 256, -128));
            yield return Table($"tanh_odd{i}", new Unary(UnaryKind.Tanh, 0, 0), q, new Quantization(1f / 128, 0));
        }
    }

    /// <summary>int8 functions the reference has in float only: every number rounded from its value in double.</summary>
    private static IEnumerable<CaseSpec> RoundedTables()
    {
        (string Name, Unary Op, Func<double, double> F)[] functions =
        [
            ("gelu", new(UnaryKind.Gelu, 0, 0), v => v * Normal(v)),
            ("exp", new(UnaryKind.Exp, 0, 0), Math.Exp),
            ("log", new(UnaryKind.Log, 0, 0), v => v <= 0 ? double.NegativeInfinity : Math.Log(v)),
            ("sqrt", new(UnaryKind.Sqrt, 0, 0), v => v < 0 ? double.NegativeInfinity : Math.Sqrt(v)),
            ("square", new(UnaryKind.Square, 0, 0), v => v * v),
            ("neg", new(UnaryKind.Neg, 0, 0), v => -v),
            ("sin", new(UnaryKind.Sin, 0, 0), Math.Sin),
            ("softplus", new(UnaryKind.Softplus, 0, 0), v => Math.Log(1 + Math.Exp(v))),
            ("elu_alpha", new(UnaryKind.Elu, 0.3f, 0), v => v >= 0 ? v : 0.3f * (Math.Exp(v) - 1)),
            ("sigmoid_other_scale", new(UnaryKind.Sigmoid, 0, 0), v => 1 / (1 + Math.Exp(-v))),
        ];
        foreach ((string name, Unary op, Func<double, double> f) in functions)
        {
            const float xScale = 0.0371f;
            const float yScale = 0.0193f;
            GraphBuilder g = new(name);
            g.Output(g.Op(op, "y", new Quantization(yScale, -30), g.Input("x", DType.Int8, [256], new Quantization(xScale, -11))));
            int[] numbers = [.. Enumerable.Range(-128, 256)];
            sbyte[] y = Array.ConvertAll(numbers, q => (sbyte)Math.Clamp(Math.Round(f((double)xScale * (q + 11)) / yScale, MidpointRounding.AwayFromZero) - 30, -128, 127));
            yield return CaseSpec.FromNumbers("table_meaning", name, g.Graph, [Tensor.Of(new Shape(256), Array.ConvertAll(numbers, q => (sbyte)q))], [Tensor.Of(new Shape(256), y)]);
        }
    }

    // The normal distribution by Simpson's rule over its density.
    private static double Normal(double x)
    {
        const int steps = 2000;
        double sum = 0;
        for (int i = 0; i <= steps; i++)
        {
            double t = x * i / steps;
            sum += Math.Exp(-t * t / 2) * (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return 0.5 + sum * x / steps / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static CaseSpec Table(string name, Unary op, Quantization x, Quantization y, Tensor? numbers = null)
    {
        numbers ??= Tensor.Of(new Shape(256), [.. Enumerable.Range(-128, 256).Select(q => (sbyte)q)]);
        return Case("table", name, op, x, y, numbers);
    }

    private static IEnumerable<CaseSpec> Floats()
    {
        float[] numbers = [-1e9f, -90, -17.3f, -9, -5.5f, -4, -3.1f, -2.5f, -1.5f, -1, -0.7f, -0.3f, -0.01f, -1e-6f, -1e-30f, 0, 1e-30f, 1e-6f, 0.02f, 0.25f,
            0.5f, 0.9f, 1, 1.1f, 1.5f, 2, 2.5f, 3, 3.3f, 4, 5.5f, 6, 7.2f, 9.7f, 12, 20.4f, 60, 1e9f];
        Tensor all = Tensor.Of(new Shape(numbers.Length), numbers);
        Tensor positive = Tensor.Of(new Shape(numbers.Count(v => v > 0)), [.. numbers.Where(v => v > 0)]);
        Tensor tame = Tensor.Of(new Shape(numbers.Count(v => Math.Abs(v) < 50)), [.. numbers.Where(v => Math.Abs(v) < 50)]);
        foreach (Unary op in Kernels.Append(new Unary(UnaryKind.Clip, 0, 6)))
        {
            yield return Case("unary", $"f32_{op.Kind}{(op.Alpha < 0 ? "_negative" : op.Beta == 6 ? "_6" : "")}".ToLowerInvariant(), op, null, null, all);
        }

        foreach (UnaryKind kind in new[] { UnaryKind.Exp, UnaryKind.Square, UnaryKind.Neg, UnaryKind.Floor, UnaryKind.Ceil, UnaryKind.Round, UnaryKind.Sin, UnaryKind.Cos })
        {
            bool explodes = kind is UnaryKind.Exp or UnaryKind.Square;
            yield return Case("unary", $"f32_{kind}".ToLowerInvariant(), new Unary(kind, 0, 0), null, null, explodes ? tame : all);
        }

        foreach (UnaryKind kind in new[] { UnaryKind.Log, UnaryKind.Sqrt, UnaryKind.Rsqrt })
        {
            yield return Case("unary", $"f32_{kind}".ToLowerInvariant(), new Unary(kind, 0, 0), null, null, positive);
        }

        foreach (UnaryKind kind in Enum.GetValues<UnaryKind>().Where(k => k != UnaryKind.RawClip))
        {
            bool half = kind is UnaryKind.Log or UnaryKind.Sqrt or UnaryKind.Rsqrt or UnaryKind.Reciprocal;
            bool explodes = kind is UnaryKind.Exp or UnaryKind.Square or UnaryKind.GeluTanh;
            Unary op = new(kind, 0.37f, 1.2f);
            yield return Case("unary_meaning", $"f32_{kind}".ToLowerInvariant(), op, null, null, half ? positive : explodes ? tame : all);
        }
    }

    private static IEnumerable<CaseSpec> Int16s()
    {
        Seeded random = new(16);
        short[] ends = [-32768, -32767, -20000, -256, -255, -1, 0, 1, 255, 256, 511, 512, 20000, 32766, 32767];
        Tensor numbers = random.Tensor(DType.Int16, new Shape(240));
        ends.CopyTo(numbers.Data, 0);
        foreach (float scale in new[] { 1f / 4096, 1f / 2048, 1f / 32768, 0.00031f, 0.0009f })
        {
            Quantization x = new(scale, 0);
            string name = scale.ToString("G3", System.Globalization.CultureInfo.InvariantCulture).Replace('.', '_');
            foreach (Unary op in Kernels.Where(op => op.Kind is not (UnaryKind.Elu or UnaryKind.HardSwish)))
            {
                Quantization y = op.Kind is UnaryKind.Sigmoid or UnaryKind.Tanh ? new Quantization(1f / 32768, 0) : new Quantization(0.00027f, 0);
                yield return Case("unary", $"i16_{op.Kind}{(op.Alpha < 0 ? "_negative" : "")}_{name}".ToLowerInvariant(), op, x, y, numbers);
            }
        }

        Quantization same = new(0.0003f, 0);
        yield return Case("unary", "i16_relu6", new Unary(UnaryKind.Clip, 0, 6), same, same, numbers);
        yield return Case("unary", "i16_relu6_raw", new Unary(UnaryKind.RawClip, 0, 6), same, new Quantization(0.0001f, 0), numbers);
        yield return Case("unary", "i16_abs_same", new Unary(UnaryKind.Abs, 0, 0), same, same, numbers);
    }

    private static IEnumerable<CaseSpec> Int32s()
    {
        Tensor numbers = Tensor.Of(new Shape(9), [int.MinValue, -70000, -3, -1, 0, 1, 3, 70000, int.MaxValue]);
        foreach (UnaryKind kind in new[] { UnaryKind.Clip, UnaryKind.Square, UnaryKind.Abs, UnaryKind.Neg, UnaryKind.Sign })
        {
            yield return Case("unary_meaning", $"i32_{kind}".ToLowerInvariant(), new Unary(kind, -2, 5), null, null, numbers);
        }
    }

    private static CaseSpec Case(string file, string name, Unary op, Quantization? x, Quantization? y, Tensor numbers)
    {
        GraphBuilder g = new(name);
        g.Output(g.Op(op, "y", y, g.Input("x", numbers.DType, numbers.Shape.ToArray(), x)));
        return file == "unary_meaning" ? CaseSpec.FromMeaning(file, name, g.Graph, [numbers]) : new CaseSpec(file, name, g.Graph, [numbers]);
    }
}
