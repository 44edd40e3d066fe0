using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Tests.Passes;

/// <summary>Compares what two graphs with the same inputs and outputs compute, on seeded random inputs.</summary>
internal static class Meaning
{
    public static void AssertSame(Graph expected, Graph actual, int seed, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Inputs.Select(v => $"{v.Name} {GraphPrinter.Print(v.Type)}"), actual.Inputs.Select(v => $"{v.Name} {GraphPrinter.Print(v.Type)}"));
        Assert.Equal(expected.Outputs.Select(v => $"{v.Name} {GraphPrinter.Print(v.Type)}"), actual.Outputs.Select(v => $"{v.Name} {GraphPrinter.Print(v.Type)}"));
        Interpreter first = new(expected);
        Interpreter second = new(actual);
        InterpreterState firstState = new();
        InterpreterState secondState = new();
        Random random = new(seed);
        for (int run = 0; run < 2; run++)
        {
            Tensor[] inputs = [.. expected.Inputs.Select(v => Draw(v.Type, random))];
            IReadOnlyList<Tensor> want = first.Run(inputs, firstState);
            IReadOnlyList<Tensor> have = second.Run(inputs, secondState);
            for (int i = 0; i < want.Count; i++)
            {
                AssertClose(want[i], have[i], tolerance, $"seed {seed}, run {run}, output '{expected.Outputs[i].Name}'");
            }
        }
    }

    public static Tensor Draw(TensorType type, Random random)
    {
        Tensor tensor = Tensor.Zeros(type.DType, type.Shape);
        for (int i = 0; i < tensor.Count; i++)
        {
            object element = type.DType switch
            {
                DType.Float32 => (float)(random.NextDouble() * 4 - 2),
                DType.Int8 => (sbyte)random.Next(-128, 128),
                DType.UInt8 => (byte)random.Next(256),
                DType.Int16 => (short)random.Next(-32768, 32768),
                DType.Int32 => random.Next(-9, 9),
                DType.Int64 => (long)random.Next(-9, 9),
                _ => random.Next(2) == 1,
            };
            tensor.Data.SetValue(element, i);
        }

        return tensor;
    }

    private static void AssertClose(Tensor want, Tensor have, double tolerance, string where)
    {
        Assert.Equal(want.DType, have.DType);
        Assert.Equal(want.Shape, have.Shape);
        double scale = Enumerable.Range(0, want.Count).Max(i => Math.Abs(want.GetDouble(i)));
        for (int i = 0; i < want.Count; i++)
        {
            double a = want.GetDouble(i);
            double b = have.GetDouble(i);
            bool close = a.Equals(b) || Math.Abs(a - b) <= tolerance * Math.Max(scale, 1e-3);
            Assert.True(close, $"{where}, element {i}: {a} became {b}");
        }
    }
}
