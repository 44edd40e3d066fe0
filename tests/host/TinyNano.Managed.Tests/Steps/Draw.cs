using TinyNano.Compiler.IR;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps;

/// <summary>Random numbers that parameters of operators are made of.</summary>
internal static class Draw
{
    public static int Int(this Seeded random, int lo, int hi) => (int)random.Next(lo, hi);

    /// <summary>True once in so many times.</summary>
    public static bool OneIn(this Seeded random, int times) => random.Next(1, times) == 1;

    public static T Of<T>(this Seeded random, params T[] values) => values[random.Next(0, values.Length - 1)];

    /// <summary>A zero point of int8, its ends among them.</summary>
    public static int Zero(this Seeded random) => random.OneIn(4) ? random.Of(-128, 127, 0) : random.Int(-128, 127);

    /// <summary>lo and hi of int8, mostly the whole range.</summary>
    public static (int Lo, int Hi) Clamp(this Seeded random)
    {
        if (!random.OneIn(3))
        {
            return (-128, 127);
        }

        int a = random.Int(-128, 127);
        int b = random.Int(-128, 127);
        return (Math.Min(a, b), Math.Max(a, b));
    }

    /// <summary>A normalised multiplier, now and then any number at all.</summary>
    public static int Mult(this Seeded random) =>
        random.OneIn(20) ? random.Int(int.MinValue, int.MaxValue) : random.OneIn(10) ? random.Of(0, 1 << 30, int.MaxValue) : random.Int(1 << 30, int.MaxValue);

    /// <summary>A shift that lets something be seen of a product, now and then any.</summary>
    public static int Shift(this Seeded random, int most = 30) =>
        random.OneIn(10) ? random.Int(-31, most) : random.Int(-14, Math.Min(1, most));

    /// <summary>A whole tensor; numbers of any size for int32, so that sums wrap.</summary>
    public static Tensor Bias(this Seeded random, int count) =>
        random.OneIn(8) ? random.Tensor(DType.Int32, new Shape(count), int.MinValue, int.MaxValue)
            : random.Tensor(DType.Int32, new Shape(count), -60000, 60000);

    /// <summary>A shift that brings the sum of so many random products into the range of int8, now and then any.</summary>
    public static int ShiftOfSum(this Seeded random, int products) =>
        random.OneIn(10) ? random.Int(-31, 30) : random.Int(-2, 2) - (int)Math.Log2(Size(products) / 60);

    /// <summary>Biases of the size of such sums, now and then of any size, so that sums wrap.</summary>
    public static Tensor BiasOfSum(this Seeded random, int count, int products) =>
        random.OneIn(8) ? random.Tensor(DType.Int32, new Shape(count), int.MinValue, int.MaxValue)
            : random.Tensor(DType.Int32, new Shape(count), -Size(products), Size(products));

    // The standard deviation of the sum: that of a number is 74.
    private static double Size(int products) => Math.Sqrt(products) * 74 * 74;

    /// <summary>A shape of so many axes.</summary>
    public static int[] Dims(this Seeded random, int rank, int most) => [.. Enumerable.Range(0, rank).Select(_ => random.Int(1, most))];
}
