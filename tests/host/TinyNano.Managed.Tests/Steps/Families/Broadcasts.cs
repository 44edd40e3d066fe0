using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.TestKit;

namespace TinyNano.Managed.Tests.Steps.Families;

/// <summary>Operands and outputs of operators that broadcast.</summary>
internal static class Broadcasts
{
    /// <summary>A shape of rank 0 .. 6. Some have more than 256 elements: from there on operators work with tables of all bytes.</summary>
    public static int[] Shape(Seeded random)
    {
        if (random.OneIn(6))
        {
            return random.OneIn(2) ? [random.Int(250, 900)] : [random.Int(1, 3), random.Int(90, 300), random.Int(1, 2)];
        }

        int rank = random.Int(0, 6);
        int[] shape = random.Dims(rank, rank <= 2 ? 25 : rank <= 4 ? 6 : 3);
        if (rank > 0 && random.OneIn(4))
        {
            shape[random.Int(0, rank - 1)] = 1;
        }

        return shape;
    }

    /// <summary>Operands of one type as inputs 0 .., and the output: each operand lacks leading axes or has axes of 1 now and then.</summary>
    public static void Add(StepBuilder step, Seeded random, DType[] operands, DType output)
    {
        int[] shape = Shape(random);
        step.InPlace = -1;
        for (int k = 0; k < operands.Length; k++)
        {
            bool whole = random.OneIn(2);
            int[] dims = whole ? shape : Reduced(random, shape);
            if (random.OneIn(4) && k > 0)
            {
                step.Constant(random.Tensor(operands[k], new Shape(dims)));
                continue;
            }

            step.Input(operands[k], dims);
            if (whole && operands[k].Size() == output.Size() && random.OneIn(2))
            {
                step.InPlace = k;
            }
        }

        step.Output(output, shape);
    }

    private static int[] Reduced(Seeded random, int[] shape)
    {
        int[] dims = [.. shape.Select(d => random.OneIn(2) ? 1 : d)];
        return random.OneIn(2) ? dims[random.Int(0, dims.Length)..] : dims;
    }
}
