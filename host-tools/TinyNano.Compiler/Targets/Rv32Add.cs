using System.Runtime.CompilerServices;
using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// ADD of rv32, kernel 1: y = clamp((a * A + b * B + offset) >> shift). All pairs of inputs are tried until numbers are found that give what
/// the three scalings of the general operator give.
/// </summary>
internal static class Rv32Add
{
    private const int Neighbours = 8;

    public static KernelVariant Variant { get; } = new(DeviceOps.Add, 1, "add by factors", Fits, Pack) { Symbol = "tn_rv32_add_op" };

    // A search takes a while, and Fits has made it when Pack asks.
    private static readonly ConditionalWeakTable<Step, Factors> s_found = [];

    private static bool Fits(Step step)
    {
        int y = step.Outputs[0].Shape.Count;
        if (step.Outputs[0].DType != DType.Int8 || step.Inputs.Any(t => t!.DType != DType.Int8 || (t.Shape.Count != y && t.Shape.Count != 1)) || Find(step) is not Factors found)
        {
            return false;
        }

        s_found.AddOrUpdate(step, found);
        return true;
    }

    private static Step Pack(Step step)
    {
        Factors found = s_found.TryGetValue(step, out Factors? known) ? known : Find(step)!;
        Rv32Bytes packed = new();
        packed.Word(found.A);
        packed.Word(found.B);
        packed.Word(found.Offset);
        packed.Word(found.Shift);
        return step with { Inputs = [.. step.Inputs, packed.ToWords($"{step.Name}.factors")] };
    }

    private sealed record Factors(int A, int B, int Offset, int Shift);

    /// <summary>The factors, or null where there are none.</summary>
    private static Factors? Find(Step step)
    {
        int Param(string field) => WeightStep.Param(step, field);
        int[] a = Scaled(Param("a_zero"), Param("left_shift"), Param("a_mult"), Param("a_shift"));
        int[] b = Scaled(Param("b_zero"), Param("left_shift"), Param("b_mult"), Param("b_shift"));
        double y = Real(Param("y_mult"), Param("y_shift"));
        double aFactor = Real(Param("a_mult"), Param("a_shift")) * Math.Pow(2, Param("left_shift")) * y;
        double bFactor = Real(Param("b_mult"), Param("b_shift")) * Math.Pow(2, Param("left_shift")) * y;
        int[] expected = new int[65536];
        for (int i = 0; i < expected.Length; i++)
        {
            int scaled = Requantization.Multiply(unchecked(a[i >> 8] + b[i & 255]), Param("y_mult"), Param("y_shift"));
            expected[i] = Math.Clamp(unchecked(scaled + Param("y_zero")), Param("lo"), Param("hi"));
        }

        // More bits are more exact; fewer leave every sum in 32 bits.
        for (int shift = 24; shift > 8; shift--)
        {
            long aNear = (long)Math.Round(aFactor * Math.Pow(2, shift));
            long bNear = (long)Math.Round(bFactor * Math.Pow(2, shift));
            if ((Math.Abs(aNear) + Math.Abs(bNear)) * 128 > int.MaxValue)
            {
                continue;
            }

            foreach ((int i, int j) in NearestFirst())
            {
                if (Offset(expected, aNear + i, bNear + j, shift, Param("lo"), Param("hi")) is int offset)
                {
                    return new Factors((int)aNear + i, (int)bNear + j, offset, shift);
                }
            }
        }

        return null;
    }

    /// <summary>An offset that makes every pair come out right, or null.</summary>
    private static int? Offset(int[] expected, long a, long b, int shift, int lo, int hi)
    {
        // No sum leaves 32 bits.
        long largest = (Math.Abs(a) + Math.Abs(b)) * 128;
        long least = largest - int.MaxValue;
        long most = int.MaxValue - largest;
        for (int i = 0; i < expected.Length && least <= most; i++)
        {
            long sum = ((i >> 8) - 128) * a + ((i & 255) - 128) * b;
            long result = (long)expected[i] << shift;
            least = expected[i] > lo ? Math.Max(least, result - sum) : least;
            most = expected[i] < hi ? Math.Min(most, result + (1L << shift) - 1 - sum) : most;
        }

        return least <= most ? (int)((least + most) >> 1) : null;
    }

    private static IEnumerable<(int, int)> NearestFirst() =>
        from i in Enumerable.Range(-Neighbours, 2 * Neighbours + 1)
        from j in Enumerable.Range(-Neighbours, 2 * Neighbours + 1)
        orderby Math.Abs(i) + Math.Abs(j)
        select (i, j);

    private static int[] Scaled(int zero, int leftShift, int mult, int shift) =>
        [.. Enumerable.Range(-128, 256).Select(x => Requantization.Multiply(unchecked((x - zero) << leftShift), mult, shift))];

    private static double Real(int mult, int shift) => mult * Math.Pow(2, shift - 31);
}
