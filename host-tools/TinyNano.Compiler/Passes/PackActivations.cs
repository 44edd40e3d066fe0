using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Passes;

/// <summary>
/// Functions that exporters write out as arithmetic become the one operator they are: swish, hard swish, hard sigmoid,
/// gelu, clip, leaky relu, log-softmax. Real numbers only; factors are compared to five digits, as exporters round them.
/// </summary>
public sealed class PackActivations : Pass
{
    public override bool Run(Graph graph)
    {
        bool changed = false;
        foreach (Node node in graph.Nodes.ToList())
        {
            if (!node.Output.IsFloat() || !graph.Nodes.Contains(node))
            {
                continue;
            }

            changed |= node.Op switch
            {
                Minimum or Maximum => Clip(graph, node) || LeakyRelu(graph, node),
                PRelu => ScalarPRelu(node),
                Mul or Div when Activations.Of(node.Op) == Clamp.None => Product(graph, node),
                Unary { Kind: UnaryKind.Log } => LogSoftmax(graph, node),
                _ => false,
            };
        }

        return changed;
    }

    /// <summary>max(x, c) and min(x, c) are clips.</summary>
    private static bool Clip(Graph graph, Node node)
    {
        if (node.WithConstant() is not (Value x, Value constant) || constant.Scalar() is not float bound || !x.Shape.Equals(node.Output.Shape))
        {
            return false;
        }

        Become(node, Activations.Clip(node.Op is Maximum ? new Clamp(bound, float.PositiveInfinity) : new Clamp(float.NegativeInfinity, bound)), x);
        return true;
    }

    /// <summary>max(x, a x) with 0 &lt;= a &lt;= 1.</summary>
    private static bool LeakyRelu(Graph graph, Node node)
    {
        for (int i = 0; i < 2 && node.Op is Maximum; i++)
        {
            Value x = node.Inputs[i]!;
            if (graph.ProducerOf<Mul>(node.Inputs[1 - i]) is Node mul && Activations.Of(mul.Op) == Clamp.None
                && mul.WithConstant() is (Value source, Value constant)
                && ReferenceEquals(source, x) && constant.Scalar() is >= 0 and <= 1 and float alpha && x.Shape.Equals(node.Output.Shape))
            {
                Become(node, new Unary(UnaryKind.LeakyRelu, alpha, 0), x);
                return true;
            }
        }

        return false;
    }

    private static bool ScalarPRelu(Node node)
    {
        if (node.Inputs[1].Scalar() is not float alpha)
        {
            return false;
        }

        Become(node, new Unary(UnaryKind.LeakyRelu, alpha, 0), node.Inputs[0]!);
        return true;
    }

    private static bool LogSoftmax(Graph graph, Node node)
    {
        if (graph.SoleProducerOf<Softmax>(node.Inputs[0]) is not { Op: Softmax { Beta: 1 } softmax } inner)
        {
            return false;
        }

        Become(node, new LogSoftmax(softmax.Axis), inner.Inputs[0]!);
        return true;
    }

    /// <summary>Products of x, a function of x, and a number.</summary>
    private static bool Product(Graph graph, Node node)
    {
        List<Value> factors = [];
        float number = 1;
        if (!Collect(graph, node, factors, ref number))
        {
            return false;
        }

        if (factors.Count == 1 && Clip6OfXPlus3(graph, factors[0]) is Value inner && Near(number, 1 / 6f))
        {
            return BecomeIfShape(node, new Unary(UnaryKind.HardSigmoid, 1 / 6f, 0.5f), inner);
        }

        for (int i = 0; i < 2 && factors.Count == 2; i++)
        {
            Value x = factors[i];
            Value f = factors[1 - i];
            UnaryKind? kind = graph.Producer(f) switch
            {
                { Op: Unary { Kind: UnaryKind.Sigmoid } } s when ReferenceEquals(s.Inputs[0], x) && Near(number, 1) => UnaryKind.Swish,
                { Op: Unary { Kind: UnaryKind.HardSigmoid, Beta: 0.5f } h } s when ReferenceEquals(s.Inputs[0], x) && Near(number, 1) && Near(h.Alpha, 1 / 6f) => UnaryKind.HardSwish,
                _ when ReferenceEquals(Clip6OfXPlus3(graph, f), x) && Near(number, 1 / 6f) => UnaryKind.HardSwish,
                _ when Near(number, 0.5f) && ReferenceEquals(OnePlus(graph, f, UnaryKind.Erf) is Value e ? Scaled(graph, e, 0.70710678f) : null, x) => UnaryKind.Gelu,
                _ when Near(number, 0.5f) && ReferenceEquals(OnePlus(graph, f, UnaryKind.Tanh) is Value t ? TanhArgument(graph, t) : null, x) => UnaryKind.GeluTanh,
                _ => null,
            };
            if (kind is UnaryKind found)
            {
                return BecomeIfShape(node, new Unary(found, 0, 0), x);
            }
        }

        return false;
    }

    /// <summary>The factors of a product of values and scalars, seen through products that nobody else reads.</summary>
    private static bool Collect(Graph graph, Node node, List<Value> factors, ref float number)
    {
        for (int i = 0; i < 2; i++)
        {
            Value v = node.Inputs[i]!;
            bool divides = node.Op is Div && i == 1;
            if (v.Scalar() is float scalar)
            {
                number = divides ? number / scalar : number * scalar;
            }
            else if (divides)
            {
                return false;
            }
            else if (graph.Producer(v) is { Op: Mul or Div } inner && Activations.Of(inner.Op) == Clamp.None && graph.SoleConsumer(v) is not null && factors.Count < 3)
            {
                int before = factors.Count;
                float numberBefore = number;
                if (!Collect(graph, inner, factors, ref number))
                {
                    factors.RemoveRange(before, factors.Count - before);
                    number = numberBefore;
                    factors.Add(v);
                }
            }
            else
            {
                factors.Add(v);
            }
        }

        return factors.Count is 1 or 2;
    }

    /// <summary>x of min(max(x + 3, 0), 6), the clip fused into the addition or not.</summary>
    private static Value? Clip6OfXPlus3(Graph graph, Value value)
    {
        Node? node = graph.Producer(value);
        if (node is not null && Activations.OfClip(node.Op) == Clamp.Relu6)
        {
            node = graph.Producer(node.Inputs[0]!);
            return node is { Op: Add { Activation.IsNone: true } } && PlusNumber(node, 3) is Value x ? x : null;
        }

        return node is { Op: Add add } && add.Activation == Clamp.Relu6 ? PlusNumber(node, 3) : null;
    }

    private static Value? PlusNumber(Node add, float number) =>
        add.WithConstant() is (Value x, Value constant) && constant.Scalar() is float c && Near(c, number) ? x : null;

    /// <summary>z of 1 + kind(z).</summary>
    private static Value? OnePlus(Graph graph, Value value, UnaryKind kind) =>
        graph.ProducerOf<Add>(value) is { Op: Add { Activation.IsNone: true } } add && PlusNumber(add, 1) is Value f
        && graph.Producer(f) is { Op: Unary unary } node && unary.Kind == kind ? node.Inputs[0] : null;

    /// <summary>x of x * factor, or x / (1 / factor).</summary>
    private static Value? Scaled(Graph graph, Value value, float factor) =>
        graph.Producer(value) is { Op: Mul or Div } node && Activations.Of(node.Op) == Clamp.None && node.WithConstant() is (Value x, Value constant)
        && ReferenceEquals(node.Op is Div ? node.Inputs[1] : constant, constant)
        && constant.Scalar() is float c && Near(node.Op is Div ? 1 / c : c, factor) ? x : null;

    /// <summary>x of sqrt(2 / pi) * (x + 0.044715 x^3), the cube as x * x * x.</summary>
    private static Value? TanhArgument(Graph graph, Value value)
    {
        if (Scaled(graph, value, 0.7978845608f) is not Value sum || graph.ProducerOf<Add>(sum) is not { Op: Add { Activation.IsNone: true } } add)
        {
            return null;
        }

        for (int i = 0; i < 2; i++)
        {
            Value x = add.Inputs[i]!;
            if (Scaled(graph, add.Inputs[1 - i]!, 0.044715f) is Value cube && graph.ProducerOf<Mul>(cube) is Node outer
                && outer.Inputs.Exists(v => ReferenceEquals(v, x))
                && outer.Inputs.Exists(v => IsSquare(graph, v!, x)))
            {
                return x;
            }
        }

        return null;
    }

    private static bool IsSquare(Graph graph, Value value, Value x) => graph.Producer(value) switch
    {
        { Op: Mul } mul => mul.Inputs.TrueForAll(v => ReferenceEquals(v, x)),
        { Op: Unary { Kind: UnaryKind.Square } } square => ReferenceEquals(square.Inputs[0], x),
        _ => false,
    };

    private static bool Near(float a, float b) => Math.Abs(a - b) <= 1e-5f * Math.Abs(b);

    private static bool BecomeIfShape(Node node, Op op, Value x)
    {
        if (!x.Shape.Equals(node.Output.Shape))
        {
            return false;
        }

        Become(node, op, x);
        return true;
    }

    private static void Become(Node node, Op op, Value x)
    {
        node.Op = op;
        node.Inputs.Clear();
        node.Inputs.Add(x);
    }
}
