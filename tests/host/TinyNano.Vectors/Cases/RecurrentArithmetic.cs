using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;
using TinyNano.Compiler.Quantize;

namespace TinyNano.Vectors.Cases;

/// <summary>
/// LSTM and GRU written down once more, from docs/SPEC.md and apart from compiler and runtime: float32 in double precision,
/// integers number by number. Plain loops over plain arrays, for graphs of one node.
/// </summary>
internal sealed class RecurrentArithmetic
{
    private readonly Node _node;
    private readonly bool _isGru;
    private readonly int _gates;
    private readonly int _units;
    private readonly int _depth;
    private readonly double _gateClip;
    private readonly double _cellClip;
    private readonly double[][] _state;

    private RecurrentArithmetic(Graph graph)
    {
        _node = graph.Nodes[0];
        _isGru = _node.Op is Gru;
        _gates = _isGru ? 3 : 4;
        _units = _node.Inputs[2]!.Shape[1];
        _depth = _node.Inputs[1]!.Shape[1];
        _gateClip = _node.Op is Gru gru ? gru.GateClip : ((Lstm)_node.Op).GateClip;
        _cellClip = _node.Op is Lstm lstm ? lstm.CellClip : 0;
        _state = [.. StateInputs.Select(i => new double[_node.Inputs[i]!.Shape.Count])];
        for (int k = 0; k < _state.Length; k++)
        {
            Value value = _node.Inputs[StateInputs[k]]!;
            Array.Fill(_state[k], value.DType == DType.Int8 ? value.Quantization!.ZeroPoint : 0);
        }
    }

    private int[] StateInputs => _isGru ? [5] : [4, 5];

    private bool IsFloat => _node.Inputs[0]!.DType == DType.Float32;

    /// <summary>All runs one after another; states that are constants begin anew each time.</summary>
    public static Tensor[] Run(Graph graph, Tensor x, int runs)
    {
        RecurrentArithmetic arithmetic = new(graph);
        List<double>[] outputs = [.. graph.Outputs.Select(_ => new List<double>())];
        int count = graph.Inputs[0].Shape.Count;
        for (int run = 0; run < runs; run++)
        {
            double[] input = [.. Enumerable.Range(run * count, count).Select(x.GetDouble)];
            double[] y = arithmetic.RunOnce(input);
            outputs[0].AddRange(y);
            for (int k = 1; k < outputs.Length; k++)
            {
                outputs[k].AddRange(arithmetic._state[k - 1]);
            }
        }

        return [.. graph.Outputs.Select((value, i) => Store(value, outputs[i], runs))];
    }

    private static Tensor Store(Value value, List<double> numbers, int runs)
    {
        Tensor tensor = Tensor.Zeros(value.DType, runs == 1 ? value.Shape : new Shape([runs, .. value.Shape.Dims]));
        for (int i = 0; i < numbers.Count; i++)
        {
            tensor.Data.SetValue(Convert.ChangeType(numbers[i], Tensor.ElementType(value.DType), System.Globalization.CultureInfo.InvariantCulture), i);
        }

        return tensor;
    }

    private double[] RunOnce(double[] x)
    {
        (bool timeMajor, bool reverse) = _node.Op is Gru gru ? (gru.TimeMajor, gru.Reverse) : (((Lstm)_node.Op).TimeMajor, ((Lstm)_node.Op).Reverse);
        Shape shape = _node.Inputs[0]!.Shape;
        (int batches, int steps) = timeMajor ? (shape[1], shape[0]) : (shape[0], shape[1]);
        for (int k = 0; k < _state.Length; k++)
        {
            if (_node.Inputs[StateInputs[k]]!.Constant is Tensor initial)
            {
                _state[k] = [.. Enumerable.Range(0, initial.Count).Select(initial.GetDouble)];
            }
        }

        double[] y = new double[batches * steps * _units];
        for (int i = 0; i < steps; i++)
        {
            int t = reverse ? steps - 1 - i : i;
            for (int n = 0; n < batches; n++)
            {
                int row = timeMajor ? t * batches + n : n * steps + t;
                double[] now = x[(row * _depth)..((row + 1) * _depth)];
                double[][] state = [.. _state.Select(s => s[(n * _units)..((n + 1) * _units)])];
                double[] result = IsFloat
                    ? _isGru ? GruFloat(now, state) : LstmFloat(now, state)
                    : _isGru ? GruInteger(now, state) : LstmInteger(now, state);
                result.CopyTo(y, row * _units);
                for (int k = 0; k < state.Length; k++)
                {
                    state[k].CopyTo(_state[k], n * _units);
                }
            }
        }

        return y;
    }

    /// <summary>Number `index` of a constant input as it is stored, 0 for an absent one.</summary>
    private double Const(int input, int index) => _node.Input(input)?.Constant?.GetDouble(index) ?? 0;

    private double Dot(int weights, int row, double[] v)
    {
        double sum = 0;
        for (int i = 0; i < v.Length; i++)
        {
            sum += Const(weights, row * v.Length + i) * v[i];
        }

        return sum;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private double Clipped(double x) => _gateClip > 0 ? Math.Clamp(x, -_gateClip, _gateClip) : x;

    /// <summary>float32: state[0] is h, state[1] is c; both are replaced. Returns y.</summary>
    private double[] LstmFloat(double[] x, double[][] state)
    {
        double[] h = state[0];
        double[] next = new double[_units];
        for (int u = 0; u < _units; u++)
        {
            double Sum(int gate) => Dot(1, gate * _units + u, x) + Const(3, gate * _units + u) + Dot(2, gate * _units + u, h);
            double c = state[1][u];
            double i = Sigmoid(Clipped(Sum(0) + Const(6, u) * c));
            double f = Sigmoid(Clipped(Sum(1) + Const(6, 2 * _units + u) * c));
            double g = Math.Tanh(Clipped(Sum(2)));
            c = f * c + i * g;
            c = _cellClip > 0 ? Math.Clamp(c, -_cellClip, _cellClip) : c;
            double o = Sigmoid(Clipped(Sum(3) + Const(6, _units + u) * c));
            state[1][u] = c;
            next[u] = o * Math.Tanh(c);
        }

        state[0] = next;
        return next;
    }

    private double[] GruFloat(double[] x, double[][] state)
    {
        double[] h = state[0];
        bool linear = ((Gru)_node.Op).LinearBeforeReset;
        double Part(int gate, int u) => Dot(1, gate * _units + u, x) + Const(3, gate * _units + u);
        double Recurrent(int gate, int u, double[] v) => Dot(2, gate * _units + u, v) + Const(4, gate * _units + u);
        double[] r = [.. Enumerable.Range(0, _units).Select(u => Sigmoid(Clipped(Part(1, u) + Recurrent(1, u, h))))];
        double[] reset = [.. r.Zip(h, (a, b) => a * b)];
        double[] next = new double[_units];
        for (int u = 0; u < _units; u++)
        {
            double z = Sigmoid(Clipped(Part(0, u) + Recurrent(0, u, h)));
            double n = Math.Tanh(Clipped(Part(2, u) + (linear ? r[u] * Recurrent(2, u, h) : Recurrent(2, u, reset))));
            next[u] = (1 - z) * n + z * h[u];
        }

        state[0] = next;
        return next;
    }

    private Quantization QuantOf(int input) => _node.Inputs[input]!.Quantization!;

    /// <summary>The part of a gate's argument that comes from one product: units of 2^-12.</summary>
    private long Part(int weights, int row, double[] v, double scaleOfV, int zero, long bias, bool wideAccumulator)
    {
        double[] centred = [.. v.Select(q => q - zero)];
        long acc = bias + (long)Dot(weights, row, centred);
        double product = _isGru ? scaleOfV * QuantOf(weights).Scales[row] : (float)scaleOfV * QuantOf(weights).Scales[row];
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(product * 4096);
        if (!wideAccumulator)
        {
            return Requantization.Multiply((int)acc, multiplier, shift);
        }

        long reduced = multiplier < 0x7FFF0000 ? (multiplier + 32768) >> 16 : 32767;
        return (acc * reduced + (1L << (14 - shift))) >> (15 - shift);
    }

    private static long Saturated(long x) => Math.Clamp(x, short.MinValue, short.MaxValue);

    private long Argument(long sum) => _gateClip > 0 ? Math.Clamp(sum, -(long)(_gateClip * 4096), (long)(_gateClip * 4096)) : Saturated(sum);

    // TFLite's 256 points of the sigmoid, 1/24 apart: each raised by half of what linear interpolation loses beside it.
    private static double TableEntry(long i)
    {
        double s = Sigmoid(i / 24.0);
        return i == 255 ? 65535 : Math.Floor(65536 * (s + s * (1 - s) * (2 * s - 1) / (24 * 24 * 16)) + 0.5);
    }

    // 2^16 * sigmoid(|x|) with `bits` more bits, x in units of 1 / (24 * 2^bits).
    private static long Interpolated(long size, int bits)
    {
        long index = size >> bits;
        long from = (long)TableEntry(index);
        long to = (long)TableEntry(index + 1);
        return (from << bits) + (size & ((1 << bits) - 1)) * (to - from);
    }

    private static long IntegerSigmoid(long x)
    {
        long size = Math.Abs(x);
        long value = size >= 255 << 9 ? 0x7FFFL << 10 : Interpolated(size, 9);
        return (x >= 0 ? value + 512 : (1 << 25) - value + 511) >> 10;
    }

    private static long IntegerTanh(long x)
    {
        long size = Math.Abs(x);
        long value = size >= 255 << 8 ? 0xFFFFL << 8 : Interpolated(size, 8);
        return (x >= 0 ? value - (1 << 23) + 128 : (1 << 23) - value + 127) >> 8;
    }

    private double[] LstmInteger(double[] x, double[][] state)
    {
        (Quantization qx, Quantization qh, Quantization qc) = (QuantOf(0), QuantOf(4), QuantOf(5));
        bool isShort = _node.Inputs[0]!.DType == DType.Int16;
        bool perRow = Enumerable.Range(0, 4 * _units).Any(row => Differs(1, row) || Differs(2, row));
        bool Differs(int weights, int row) => QuantOf(weights).Scales[row] != QuantOf(weights).Scales[row / _units * _units];
        double[] next = new double[_units];
        for (int u = 0; u < _units; u++)
        {
            long[] argument = new long[4];
            for (int gate = 0; gate < 4; gate++)
            {
                int row = gate * _units + u;
                long fromX = Part(1, row, x, qx.Scale, qx.ZeroPoint, (long)Const(3, row), isShort);
                long fromH = Part(2, row, state[0], qh.Scale, qh.ZeroPoint, 0, isShort);
                argument[gate] = 3 * Argument(perRow ? fromX + fromH : Saturated(fromX) + Saturated(fromH));
            }

            (int inMultiplier, int inShift) = Requantization.QuantizeMultiplier(Math.ScaleB(1, -30) / qc.Scale);
            (int outMultiplier, int outShift) = Requantization.QuantizeMultiplier(Math.ScaleB(1, -30) / qh.Scale);
            long kept = Requantization.Multiply((int)(IntegerSigmoid(argument[1]) * (long)state[1][u]), 1 << 30, -14);
            long added = Requantization.Multiply((int)(IntegerSigmoid(argument[0]) * IntegerTanh(argument[2])), inMultiplier, inShift);
            long c = Saturated(Saturated(kept) + Saturated(added));
            long limit = _cellClip > 0 ? (long)Math.Min(_cellClip / qc.Scale, 32767) : 32768;
            c = Math.Clamp(c, -limit, limit);
            int power = (int)Math.Round(Math.Log2(qc.Scale)) + 12;
            long scaled = power >= 0 ? c * (3 << power) : (c * 3 + (1 << (-power - 1))) >> -power;
            long h = qh.ZeroPoint + Requantization.Multiply((int)(IntegerTanh(scaled) * IntegerSigmoid(argument[3])), outMultiplier, outShift);
            state[1][u] = c;
            next[u] = isShort ? Saturated(h) : Math.Clamp(h, sbyte.MinValue, sbyte.MaxValue);
        }

        state[0] = next;
        return next;
    }

    private double[] GruInteger(double[] x, double[][] state)
    {
        (Quantization qx, Quantization qy) = (QuantOf(0), _node.Output.Quantization!);
        bool linear = ((Gru)_node.Op).LinearBeforeReset;
        double[] h = state[0];
        double[] stored = [.. h.Select(v => Stored((long)v, qy))];
        long RoundedBias(int input, int row, double scale) => (long)Math.Round(Const(input, row) / scale, MidpointRounding.AwayFromZero);
        long FromX(int row) => Part(1, row, x, qx.Scale, qx.ZeroPoint, RoundedBias(3, row, (double)qx.Scale * QuantOf(1).Scales[row]), false);
        long FromH(int row, double[] v, double scale, int zero) => Part(2, row, v, scale, zero, RoundedBias(4, row, scale * QuantOf(2).Scales[row]), false);
        long Gate(int row) => IntegerSigmoid(3 * Argument(FromX(row) + FromH(row, stored, qy.Scale, qy.ZeroPoint)));
        long[] r = [.. Enumerable.Range(0, _units).Select(u => Gate(_units + u))];
        double[] reset = [.. r.Zip(h, (a, b) => (double)((a * (long)b + (1 << 17)) >> 18))];
        double[] next = new double[_units];
        for (int u = 0; u < _units; u++)
        {
            int row = 2 * _units + u;
            long candidate = linear
                ? (r[u] * Math.Clamp(FromH(row, stored, qy.Scale, qy.ZeroPoint), -65536, 65535) + (1 << 14)) >> 15
                : FromH(row, reset, 1.0 / 4096, 0);
            long n = IntegerTanh(3 * Argument(FromX(row) + candidate));
            long z = Gate(u);
            next[u] = Saturated(((32768 - z) * n + z * (long)h[u] + (1 << 14)) >> 15);
        }

        state[0] = next;
        return [.. next.Select(v => Stored((long)v, qy))];
    }

    // The state as y has it.
    private static double Stored(long h, Quantization y)
    {
        (int multiplier, int shift) = Requantization.QuantizeMultiplier(1.0 / 32768 / y.Scale);
        return Math.Clamp(y.ZeroPoint + Requantization.Multiply((int)h, multiplier, shift), sbyte.MinValue, sbyte.MaxValue);
    }
}
