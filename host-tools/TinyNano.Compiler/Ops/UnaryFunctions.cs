namespace TinyNano.Compiler.Ops;

/// <summary>The functions of <see cref="UnaryKind"/> on real numbers.</summary>
internal static class UnaryFunctions
{
    /// <summary>f(x), computed in double.</summary>
    public static double Apply(UnaryKind kind, double x, double alpha, double beta) => kind switch
    {
        UnaryKind.Clip or UnaryKind.RawClip => Math.Min(Math.Max(x, alpha), beta),
        UnaryKind.LeakyRelu => x >= 0 ? x : alpha * x,
        UnaryKind.Elu => x >= 0 ? x : alpha * ExpMinus1(x),
        UnaryKind.Selu => beta * (x >= 0 ? x : alpha * ExpMinus1(x)),
        UnaryKind.Sigmoid => Sigmoid(x),
        UnaryKind.Tanh => Math.Tanh(x),
        UnaryKind.HardSwish => x * Math.Min(Math.Max(x + 3, 0), 6) / 6,
        UnaryKind.HardSigmoid => Math.Min(Math.Max(alpha * x + beta, 0), 1),
        UnaryKind.Gelu => 0.5 * x * (1 + Erf(x * Math.Sqrt(0.5))),
        UnaryKind.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        UnaryKind.Exp => Math.Exp(x),
        UnaryKind.Log => Math.Log(x),
        UnaryKind.Sqrt => Math.Sqrt(x),
        UnaryKind.Rsqrt => 1 / Math.Sqrt(x),
        UnaryKind.Square => x * x,
        UnaryKind.Abs => Math.Abs(x),
        UnaryKind.Neg => -x,
        UnaryKind.Floor => Math.Floor(x),
        UnaryKind.Ceil => Math.Ceiling(x),
        UnaryKind.Round => Math.Round(x, MidpointRounding.ToEven),
        UnaryKind.Sin => Math.Sin(x),
        UnaryKind.Cos => Math.Cos(x),
        UnaryKind.Erf => Erf(x),
        UnaryKind.Softplus => Math.Max(x, 0) + LogPlus1(Math.Exp(-Math.Abs(x))),
        UnaryKind.Softsign => x / (1 + Math.Abs(x)),
        UnaryKind.Reciprocal => 1 / x,
        UnaryKind.Sign => x > 0 ? 1 : x < 0 ? -1 : x,
        UnaryKind.Swish => x * Sigmoid(x),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown function"),
    };

    /// <summary>The error function, to about 1e-15.</summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (double.IsNaN(x) || a > 6)
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        if (a > 2.5)
        {
            // Continued fraction of erfc from its far end: exp(-a^2) / sqrt(pi) / (a + (1/2) / (a + (2/2) / (a + ...))).
            double fraction = a;
            for (int n = 60; n > 0; n--)
            {
                fraction = a + n / 2.0 / fraction;
            }

            return Math.CopySign(1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / fraction, x);
        }

        // 2 / sqrt(pi) * exp(-x^2) * sum 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)): all terms of one sign.
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17 && n < 100; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>exp(x) - 1 without cancellation: (e - 1) x / log(e) with e = exp(x).</summary>
    private static double ExpMinus1(double x)
    {
        double e = Math.Exp(x);
        return e == 1 ? x : e == 0 ? -1 : (e - 1) * x / Math.Log(e);
    }

    /// <summary>log(1 + x) likewise.</summary>
    private static double LogPlus1(double x)
    {
        double y = 1 + x;
        return y == 1 ? x : Math.Log(y) * x / (y - 1);
    }
}
