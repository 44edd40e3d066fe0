using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.TestKit;

namespace TinyNano.Vectors.Cases;

/// <summary>QUANTIZE, DEQUANTIZE, RESCALE and CAST between every pair of types the reference knows, at the ends of the ranges.</summary>
public sealed class ConversionCases : ICaseFamily
{
    private static readonly float[] Reals = [-1e6f, -300.5f, -12.75f, -3.05f, -3, -1.5f, -0.5f, -0.25f, -0.03f, 0, 0.03f, 0.25f, 0.5f, 1.5f, 2.99f, 7, 100.25f, 1e6f];

    public IEnumerable<CaseSpec> Cases()
    {
        foreach ((DType to, float scale, int zero) in new[] { (DType.Int8, 0.05f, -7), (DType.Int8, 0.5f, 127), (DType.Int16, 0.01f, 0), (DType.Int16, 0.25f, 0) })
        {
            yield return Case("quantize", $"{to.ShortName()}_{zero + 200}", new Quantize(to), Tensor.Of(new Shape(Reals.Length), Reals), null, new Quantization(scale, zero));
        }

        yield return CaseSpec.FromNumbers("quantize_meaning", "u8", Graph(new Quantize(DType.UInt8), DType.Float32, 5, null, new Quantization(0.5f, 100), "u8"),
            [Tensor.Of(new Shape(5), [-1000f, -0.25f, 0, 3.75f, 1000])],
            [new Tensor(DType.UInt8, new Shape(5), new byte[] { 0, 99, 100, 108, 255 })]);

        foreach ((DType from, float scale, int zero) in new[] { (DType.Int8, 0.0473f, -7), (DType.UInt8, 0.3f, 128), (DType.Int16, 0.001f, 0), (DType.Int8, 1e-20f, 127) })
        {
            yield return Case("dequantize", $"{from.ShortName()}_{zero + 200}", new Dequantize(), All(from), new Quantization(scale, zero), null);
        }

        yield return CaseSpec.FromNumbers("dequantize_meaning", "i32", Graph(new Dequantize(), DType.Int32, 4, new Quantization(0.125f, 3), null, "i32"),
            [Tensor.Of(new Shape(4), [-1000000, 3, 4, 1000003])], [Tensor.Of(new Shape(4), [-125000.375f, 0, 0.125f, 125000])]);

        (DType From, DType To)[] pairs =
        [
            (DType.Int16, DType.Int8), (DType.Int8, DType.UInt8), (DType.UInt8, DType.Int8), (DType.Int8, DType.Int16), (DType.Int8, DType.Int32),
            (DType.Int16, DType.Int16), (DType.Int16, DType.Int32), (DType.Int32, DType.Int8), (DType.Int32, DType.Int16),
        ];
        foreach ((DType from, DType to) in pairs)
        {
            foreach (float ratio in new[] { 0.37f, 1, 7.5f })
            {
                float scale = 0.0625f * Unit(from);
                string name = $"{from.ShortName()}_{to.ShortName()}_{(int)(ratio * 100)}";
                yield return Case("rescale", name, new Quantize(to), All(from), new Quantization(scale, Zero(from)), new Quantization(0.0625f * Unit(to) / ratio, Zero(to)));
            }
        }

        foreach ((float x, int xz, float y, int yz) in new[] { (0.05f, -3, 0.05f, 4), (0.05f, -3, 0.11f, 4), (0.3f, 127, 0.002f, -128) })
        {
            yield return Case("table", $"requantize_{xz + 200}_{yz + 200}_{(int)(y * 1000)}", new Quantize(DType.Int8), All(DType.Int8), new Quantization(x, xz), new Quantization(y, yz));
        }

        DType[] sources = [DType.Int8, DType.Int16, DType.Int32, DType.Float32, DType.Bool];
        DType[] targets = [DType.Int8, DType.Int16, DType.Int32, DType.Float32];
        foreach ((DType from, DType to) in sources.SelectMany(from => targets.Where(to => to != from).Select(to => (from, to))))
        {
            // Beyond the target's range the reference leaves it to the machine.
            Tensor numbers = from == DType.Float32 ? Tensor.Of(new Shape(7), [-100.9f, -1.5f, -0.2f, 0, 0.99f, 3.5f, 127]) : Some(from);
            yield return Case("cast", $"{from.ShortName()}_{to.ShortName()}", new Cast(to), numbers, null, null);
        }

        foreach ((DType from, DType to) in new[]
        {
            (DType.Float32, DType.Bool), (DType.Float32, DType.Int64), (DType.Int64, DType.Float32), (DType.Int64, DType.Int32), (DType.UInt8, DType.Float32),
            (DType.Int32, DType.UInt8), (DType.Int32, DType.Bool), (DType.Bool, DType.Int64), (DType.Int16, DType.UInt8), (DType.UInt8, DType.Int16),
        })
        {
            string name = $"{from.ShortName()}_{to.ShortName()}";
            Tensor numbers = from == DType.Float32 ? Tensor.Of(new Shape(7), [-100.9f, -1.5f, -0.2f, 0, 0.99f, 3.5f, 127]) : Some(from);
            yield return CaseSpec.FromMeaning("cast_meaning", name, Graph(new Cast(to), from, numbers.Count, null, null, name), [numbers]);
        }
    }

    private static float Unit(DType type) => type switch
    {
        DType.Int16 => 1f / 256,
        DType.Int32 => 1f / 65536,
        _ => 1,
    };

    private static int Zero(DType type) => type switch
    {
        DType.Int8 => -5,
        DType.UInt8 => 123,
        _ => 0,
    };

    private static CaseSpec Case(string file, string name, Op op, Tensor x, Quantization? qx, Quantization? qy) =>
        new(file, name, Graph(op, x.DType, x.Count, qx, qy, name), [x]);

    private static Graph Graph(Op op, DType from, int count, Quantization? qx, Quantization? qy, string name)
    {
        GraphBuilder g = new(name);
        g.Output(g.Op(op, "y", qy, g.Input("x", from, [count], qx)));
        return g.Graph;
    }

    // Every number of an 8-bit type; the ends and a spread of the others.
    private static Tensor All(DType type) => type switch
    {
        DType.Int8 => Tensor.Of(new Shape(256), [.. Enumerable.Range(-128, 256).Select(q => (sbyte)q)]),
        DType.UInt8 => new Tensor(type, new Shape(256), Enumerable.Range(0, 256).Select(q => (byte)q).ToArray()),
        _ => Some(type),
    };

    private static Tensor Some(DType type)
    {
        Seeded random = new(3);
        switch (type)
        {
            case DType.Int16:
                Tensor words = random.Tensor(type, new Shape(120));
                new short[] { short.MinValue, -1, 0, 1, short.MaxValue }.CopyTo(words.Data, 0);
                return words;
            case DType.Int32:
                Tensor ints = random.Tensor(type, new Shape(120), -9000000, 9000000);
                new[] { -8388608, -1, 0, 1, 8388607 }.CopyTo(ints.Data, 0);
                return ints;
            case DType.Int64:
                return Tensor.Of(new Shape(6), [-5000000000L, -1, 0, 1, 300, 5000000000L]);
            case DType.Bool:
                return Tensor.Of(new Shape(3), [true, false, true]);
            default:
                return random.Tensor(type, new Shape(20));
        }
    }
}
