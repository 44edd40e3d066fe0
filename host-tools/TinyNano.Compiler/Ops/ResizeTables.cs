using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Ops;

/// <summary>
/// Which input cells an output cell is made of along one axis, and the weight of the second one (the cell after
/// <see cref="Cells"/>; only there where the weight is not 0).
/// </summary>
internal sealed record ResizeTable(int[] Cells, float[] Weights)
{
    /// <summary>The weights in 1/1024, for integers.</summary>
    public int[] Fixed => [.. Weights.Select(w => (int)(w * ResizeTables.Unit))];
}

/// <summary>
/// Cells and weights of <see cref="Resize"/>. Where TFLite has the same way of resizing, the roundings are its own:
/// float32 for nearest and for float32 bilinear, 10 bits for integer bilinear.
/// </summary>
internal static class ResizeTables
{
    public const int Unit = 1024;

    /// <summary>The nearest cells; <paramref name="scale"/> is out / in, or 0 for just that.</summary>
    public static ResizeTable Nearest(int length, int outputs, CoordinateMode mode, NearestMode nearest, float scale)
    {
        int[] cells = new int[outputs];
        for (int i = 0; i < outputs; i++)
        {
            double cell = (mode, nearest) switch
            {
                (CoordinateMode.Asymmetric, NearestMode.Floor) when scale == 0 => MathF.Floor(i * (length / (float)outputs)),
                (CoordinateMode.HalfPixel, NearestMode.RoundPreferCeil) when scale == 0 => MathF.Floor((i + 0.5f) * (length / (float)outputs)),
                (CoordinateMode.AlignCorners, NearestMode.RoundPreferCeil) => MathF.Round(i * AlignedStep(length, outputs), MidpointRounding.AwayFromZero),
                (_, NearestMode.Floor) => Math.Floor(Coordinate(i, length, outputs, mode, scale)),
                (_, NearestMode.Ceil) => Math.Ceiling(Coordinate(i, length, outputs, mode, scale)),
                (_, NearestMode.RoundPreferFloor) => Math.Ceiling(Coordinate(i, length, outputs, mode, scale) - 0.5),
                _ => Math.Floor(Coordinate(i, length, outputs, mode, scale) + 0.5),
            };
            cells[i] = (int)Math.Clamp(cell, 0, length - 1);
        }

        return new ResizeTable(cells, []);
    }

    /// <summary>The two cells around, with float32 coordinates.</summary>
    public static ResizeTable Bilinear(int length, int outputs, CoordinateMode mode, float scale)
    {
        ResizeTable table = new(new int[outputs], new float[outputs]);
        float step = scale != 0 ? 1 / scale : mode == CoordinateMode.AlignCorners ? AlignedStep(length, outputs) : (float)length / outputs;
        for (int i = 0; i < outputs; i++)
        {
            float at = mode switch
            {
                CoordinateMode.PytorchHalfPixel when outputs == 1 => 0,
                CoordinateMode.HalfPixel or CoordinateMode.PytorchHalfPixel => (i + 0.5f) * step - 0.5f,
                _ => i * step,
            };
            int cell = (int)Math.Clamp(MathF.Floor(at), 0, length - 1);
            table.Cells[i] = cell;
            table.Weights[i] = at <= cell || cell == length - 1 ? 0 : at - cell;
        }

        return table;
    }

    /// <summary>The two cells around, with coordinates in 1/1024.</summary>
    public static ResizeTable BilinearFixed(int length, int outputs, CoordinateMode mode, float scale)
    {
        ResizeTable table = new(new int[outputs], new float[outputs]);
        long step = ((long)Unit * length + outputs / 2) / outputs;
        if (mode == CoordinateMode.AlignCorners && outputs > 1)
        {
            step = ((long)Unit * (length - 1) + (outputs - 1) / 2) / (outputs - 1);
        }
        else if (scale != 0)
        {
            step = (long)MathF.Round(Unit / scale);
        }

        for (int i = 0; i < outputs; i++)
        {
            long at = mode switch
            {
                CoordinateMode.PytorchHalfPixel when outputs == 1 => 0,
                CoordinateMode.HalfPixel or CoordinateMode.PytorchHalfPixel => i * step + step / 2 - Unit / 2,
                _ => i * step,
            };
            int cell = (int)Math.Clamp(at / Unit, 0, length - 1);
            table.Cells[i] = cell;
            table.Weights[i] = at <= cell * (long)Unit || cell == length - 1 ? 0 : (at - cell * (long)Unit) / (float)Unit;
        }

        return table;
    }

    /// <summary>Where the centre of an output cell lies in the input, in double.</summary>
    private static double Coordinate(int i, int length, int outputs, CoordinateMode mode, float scale)
    {
        double ratio = scale != 0 ? 1.0 / scale : (double)length / outputs;
        return mode switch
        {
            CoordinateMode.AlignCorners => outputs == 1 ? 0 : (double)i * (length - 1) / (outputs - 1),
            CoordinateMode.PytorchHalfPixel when outputs == 1 => 0,
            CoordinateMode.Asymmetric => scale != 0 ? i / (double)scale : (double)i * length / outputs,
            _ => (i + 0.5) * ratio - 0.5,
        };
    }

    private static float AlignedStep(int length, int outputs) => outputs > 1 ? (length - 1) / (float)(outputs - 1) : length / (float)outputs;
}
