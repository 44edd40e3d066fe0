using TinyNano.Compiler.IR;

namespace TinyNano.Compiler.Import.Onnx;

/// <summary>Nodes whose result is known at import: constants, and the shapes of things.</summary>
internal static class ConstantImport
{
    public static void Constant(NodeImport n)
    {
        if (n.Attribute("value", 4)?.Tensor is OnnxTensorProto proto)
        {
            n.Out(OnnxTensorDecoder.Decode(proto));
        }
        else if (n.HasAttribute("value_float"))
        {
            n.Out(new OnnxTensor(OnnxType.Float, [], new[] { n.Float("value_float", 0) }));
        }
        else if (n.Attribute("value_int", 2) is OnnxAttribute integer)
        {
            n.Out(new OnnxTensor(OnnxType.Int64, [], new[] { integer.Int ?? 0 }));
        }
        else if (n.FloatList("value_floats") is float[] floats)
        {
            n.Out(new OnnxTensor(OnnxType.Float, [floats.Length], floats));
        }
        else if (n.Attribute("value_ints", 7) is OnnxAttribute integers)
        {
            n.Out(OnnxTensor.OfLongs([.. integers.Ints]));
        }
        else
        {
            throw new ImportException("only constants of numbers are supported");
        }
    }

    public static void ConstantOfShape(NodeImport n)
    {
        int[] dims = n.Ints(0, "shape");
        OnnxTensor value = n.Attribute("value", 4)?.Tensor is OnnxTensorProto proto ? OnnxTensorDecoder.Decode(proto)
            : new OnnxTensor(OnnxType.Float, [1], new float[1]);
        if (value.Count != 1)
        {
            throw new ImportException($"the value has {value.Count} elements, expected 1");
        }

        n.State.ChargeFolding(OnnxTypes.Count(dims));
        n.Out(value.Pick(dims, _ => 0));
    }

    public static void Shape(NodeImport n)
    {
        int[] dims = n.In(0).ToDims();
        int start = n.Int("start", 0);
        int end = n.Int("end", dims.Length);
        start = Math.Clamp(start < 0 ? start + dims.Length : start, 0, dims.Length);
        end = Math.Clamp(end < 0 ? end + dims.Length : end, start, dims.Length);
        n.Out(OnnxTensor.OfLongs(Array.ConvertAll(dims[start..end], d => (long)d)));
    }

    public static void Size(NodeImport n) => n.Out(new OnnxTensor(OnnxType.Int64, [], new long[] { n.In(0).Count }));

    public static void Range(NodeImport n)
    {
        OnnxTensor start = n.Constant(0, "start");
        OnnxTensor limit = n.Constant(1, "limit");
        OnnxTensor delta = n.Constant(2, "delta");
        if (start.Count != 1 || limit.Count != 1 || delta.Count != 1)
        {
            throw new ImportException("start, limit and delta must be single numbers");
        }

        double first = start.ToDoubles()[0];
        double step = delta.ToDoubles()[0];
        double length = Math.Ceiling((limit.ToDoubles()[0] - first) / step);
        if (!(length < OnnxTypes.MaxElements))
        {
            throw new ImportException($"range from {first} in steps of {step} has too many elements");
        }

        int count = (int)Math.Max(0, length);
        n.State.ChargeFolding(count);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = first + i * step;
        }

        n.Out(OnnxTensor.FromDoubles(start.Type, [count], values));
    }
}
