using System.Reflection;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Tests.IR;

/// <summary>An instance of each operator in the table, with attributes drawn by seed.</summary>
internal static class OpSamples
{
    public static Op Create(Type type, int seed)
    {
        Random random = new(seed);
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return (Op)constructor.Invoke([.. constructor.GetParameters().Select(p => Draw(p.ParameterType, random))]);
    }

    /// <summary>Attribute by attribute; arrays by their elements.</summary>
    public static bool Same(Op a, Op b) => a.GetType() == b.GetType() && a.GetType().GetProperties().All(p => SameValue(p.GetValue(a), p.GetValue(b)));

    private static bool SameValue(object? a, object? b) => a is int[] x && b is int[] y ? x.SequenceEqual(y) : Equals(a, b);

    private static object Draw(Type type, Random random)
    {
        if (type.IsEnum)
        {
            Array values = Enum.GetValues(type);
            return values.GetValue(random.Next(values.Length))!;
        }

        float[] floats = [0, -0f, 1e-5f, 0.1f, -3.4028235e38f, float.PositiveInfinity, 1f / 3, 16777216];
        Clamp[] clamps = [Clamp.None, Clamp.Relu, Clamp.Relu6, Clamp.ReluN1To1, new Clamp(-0.5f, 0.25f), new Clamp(float.NegativeInfinity, 1)];
        return type == typeof(int) ? random.Next(-2, 9)
            : type == typeof(bool) ? random.Next(2) == 1
            : type == typeof(float) ? floats[random.Next(floats.Length)]
            : type == typeof(int[]) ? Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(-9, 9)).ToArray()
            : type == typeof(string) ? "a \"text\"\n"
            : type == typeof(Clamp) ? clamps[random.Next(clamps.Length)]
            : throw new NotSupportedException($"no sample for {type}");
    }
}
