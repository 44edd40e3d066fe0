using TinyNano.Compiler.IR;

namespace TinyNano.TestKit;

/// <summary>Random numbers that are the same for the same seed on every machine and runtime (SplitMix64).</summary>
public sealed class Seeded
{
    private ulong _state;

    public Seeded(ulong seed) => _state = seed;

    public ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>An integer in lo .. hi, both included.</summary>
    public long Next(long lo, long hi) => lo + (long)(NextBits() % (ulong)(hi - lo + 1));

    /// <summary>A float in [lo, hi).</summary>
    public float NextFloat(float lo, float hi) => lo + (hi - lo) * ((NextBits() >> 40) / (float)(1 << 24));

    /// <summary>Numbers over lo .. hi; integers for integer types, random flags for bool.</summary>
    public Tensor Tensor(DType type, Shape shape, double lo, double hi)
    {
        Tensor tensor = Compiler.IR.Tensor.Zeros(type, shape);
        for (int i = 0; i < tensor.Count; i++)
        {
            object value = type switch
            {
                DType.Float32 => NextFloat((float)lo, (float)hi),
                DType.Int8 => (sbyte)Next((long)lo, (long)hi),
                DType.UInt8 => (byte)Next((long)lo, (long)hi),
                DType.Int16 => (short)Next((long)lo, (long)hi),
                DType.Int32 => (int)Next((long)lo, (long)hi),
                DType.Int64 => Next((long)lo, (long)hi),
                _ => Next(0, 1) == 1,
            };
            tensor.Data.SetValue(value, i);
        }

        return tensor;
    }

    /// <summary>Numbers over the whole range of an int8, uint8 or int16 type, -3 .. 3 for floats, -1000 .. 1000 for others.</summary>
    public Tensor Tensor(DType type, Shape shape) => type switch
    {
        DType.Float32 => Tensor(type, shape, -3, 3),
        DType.Int8 => Tensor(type, shape, sbyte.MinValue, sbyte.MaxValue),
        DType.UInt8 => Tensor(type, shape, byte.MinValue, byte.MaxValue),
        DType.Int16 => Tensor(type, shape, short.MinValue, short.MaxValue),
        _ => Tensor(type, shape, -1000, 1000),
    };
}
