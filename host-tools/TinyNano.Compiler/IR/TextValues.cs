namespace TinyNano.Compiler.IR;

/// <summary>Types, attributes and data in the IR text form; see <see cref="GraphParser"/> for the statements around them.</summary>
internal static class TextValues
{
    /// <summary>f32[1,2], with q(...) where it is quantised.</summary>
    public static TensorType Type(TextScanner scan)
    {
        DType dtype = ReadDType(scan);
        scan.Take('[');
        int start = scan.Position;
        int[] dims = ListUntil(scan, ']', () => (int)scan.TakeInteger(1, int.MaxValue));
        Shape shape = new(dims);
        try
        {
            _ = shape.Count;
        }
        catch (OverflowException)
        {
            throw scan.Error(start, $"{shape} has more than 2^31 - 1 elements");
        }

        return new TensorType(dtype, shape, TakeQuantization(scan));
    }

    private static DType ReadDType(TextScanner scan)
    {
        int start = scan.Position;
        try
        {
            return DTypes.Parse(scan.TakeWord("an element type"));
        }
        catch (FormatException e)
        {
            throw scan.Error(start, e.Message);
        }
    }

    private static Quantization? TakeQuantization(TextScanner scan)
    {
        if (!scan.Sees('q'))
        {
            return null;
        }

        int start = scan.Position;
        if (scan.TakeWord("q") != "q")
        {
            throw scan.Error(start, "expected q(scale, zero) or the end of the type");
        }

        scan.Take('(');
        try
        {
            if (!scan.Sees('a'))
            {
                float scale = scan.TakeFloat();
                scan.Take(',');
                int zero = scan.TakeInt();
                scan.Take(')');
                return new Quantization(scale, zero);
            }

            _ = scan.TakeWord("axis");
            scan.Take('=');
            int axis = scan.TakeInt();
            scan.Take(';');
            float[] scales = ListUntil(scan, ';', scan.TakeFloat);
            int[] zeros = ListUntil(scan, ')', scan.TakeInt);
            return new Quantization(scales, zeros, axis);
        }
        catch (ArgumentException e)
        {
            throw scan.Error(start, e.Message);
        }
    }

    /// <summary>One attribute of an operator, of the .NET type of its property.</summary>
    public static object Attribute(TextScanner scan, Type type)
    {
        if (type == typeof(int))
        {
            return scan.TakeInt();
        }

        if (type == typeof(int[]))
        {
            scan.Take('[');
            return ListUntil(scan, ']', scan.TakeInt);
        }

        if (type == typeof(float))
        {
            return scan.TakeFloat();
        }

        if (type == typeof(string))
        {
            return scan.TakeString();
        }

        if (type == typeof(Clamp))
        {
            return TakeActivation(scan);
        }

        if (type == typeof(DType))
        {
            return ReadDType(scan);
        }

        int start = scan.Position;
        string word = scan.TakeWord("a name");
        if (type == typeof(bool))
        {
            return word is "true" or "false" ? word == "true" : throw scan.Error(start, $"expected true or false, found '{word}'");
        }

        return Enum.GetNames(type).Contains(word) ? Enum.Parse(type, word)
            : throw scan.Error(start, $"expected one of {string.Join(", ", Enum.GetNames(type))}, found '{word}'");
    }

    private static Clamp TakeActivation(TextScanner scan)
    {
        if (scan.TryTake('['))
        {
            float min = scan.TakeFloat();
            scan.Take(',');
            float max = scan.TakeFloat();
            scan.Take(']');
            return new Clamp(min, max);
        }

        int start = scan.Position;
        return scan.TakeWord("an activation") switch
        {
            "none" => Clamp.None,
            "relu" => Clamp.Relu,
            "relu6" => Clamp.Relu6,
            "relu_n1_to_1" => Clamp.ReluN1To1,
            string other => throw scan.Error(start, $"expected none, relu, relu6, relu_n1_to_1 or [lo, hi], found '{other}'"),
        };
    }

    /// <summary>[1, 2, 3] or fill(1): the data of a constant.</summary>
    public static Tensor Elements(TextScanner scan, TensorType type)
    {
        int start = scan.Position;
        Tensor data = Tensor.Zeros(type.DType, type.Shape);
        if (scan.TryTake('['))
        {
            int count = 0;
            do
            {
                if (count == data.Count)
                {
                    throw scan.Expected($"']' after the {data.Count} elements of {type}");
                }

                TakeElement(scan, data, count++);
            }
            while (scan.TryTake(','));

            scan.Take(']');
            return count == data.Count ? data : throw scan.Error(start, $"{count} elements for {type}, expected {data.Count}");
        }

        if (scan.TakeWord("[elements] or fill(value)") != "fill")
        {
            throw scan.Error(start, "expected [elements] or fill(value)");
        }

        scan.Take('(');
        TakeElement(scan, data, 0);
        scan.Take(')');
        for (int i = 1; i < data.Count; i++)
        {
            Array.Copy(data.Data, 0, data.Data, i, 1);
        }

        return data;
    }

    private static void TakeElement(TextScanner scan, Tensor data, int index)
    {
        switch (data.Data)
        {
            case float[] a:
                a[index] = scan.TakeFloat();
                break;
            case sbyte[] a when data.DType == DType.Int8: // a byte[] matches sbyte[] as well
                a[index] = (sbyte)scan.TakeInteger(sbyte.MinValue, sbyte.MaxValue);
                break;
            case byte[] a:
                a[index] = (byte)scan.TakeInteger(byte.MinValue, byte.MaxValue);
                break;
            case short[] a:
                a[index] = (short)scan.TakeInteger(short.MinValue, short.MaxValue);
                break;
            case int[] a:
                a[index] = scan.TakeInt();
                break;
            case long[] a:
                a[index] = scan.TakeInteger(long.MinValue, long.MaxValue);
                break;
            case bool[] a:
                a[index] = (bool)Attribute(scan, typeof(bool));
                break;
        }
    }

    private static T[] ListUntil<T>(TextScanner scan, char end, Func<T> element)
    {
        List<T> list = [];
        if (scan.TryTake(end))
        {
            return [];
        }

        do
        {
            list.Add(element());
        }
        while (scan.TryTake(','));

        scan.Take(end);
        return [.. list];
    }
}
