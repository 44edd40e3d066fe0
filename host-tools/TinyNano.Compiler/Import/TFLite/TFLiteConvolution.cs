using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Compiler.Import.TFLite;

/// <summary>Sums of products and windows. Padding SAME and VALID becomes explicit pads here.</summary>
internal static class TFLiteConvolution
{
    public static KeyValuePair<string, Action<TFLiteContext>>[] Table { get; } =
    [
        new("CONV_2D", Conv2D),
        new("DEPTHWISE_CONV_2D", DepthwiseConv2D),
        new("TRANSPOSE_CONV", TransposeConv),
        new("FULLY_CONNECTED", FullyConnected),
        new("BATCH_MATMUL", BatchMatMul),
        new("AVERAGE_POOL_2D", AveragePool2D),
        new("MAX_POOL_2D", MaxPool2D),
        new("L2_POOL_2D", L2Pool2D),
    ];

    private const int Same = 0;
    private const int Valid = 1;

    // Options: 0 padding, 1 stride_w, 2 stride_h, 3 activation, 4 dilation_w, 5 dilation_h, 6 quantized_bias_type.
    private static void Conv2D(TFLiteContext c)
    {
        Value x = Activations(c, 0, 4);
        Value w = Rank(c.Weights(1, x), 4, "weights");
        TFLiteOperator op = c.Operator;
        if (x.Shape[3] % w.Shape[3] != 0)
        {
            throw TFLiteRefusal.Misfit($"{x.Shape[3]} channels do not divide into groups of {w.Shape[3]}.");
        }

        Window h = new(x.Shape[1], w.Shape[1], op.Int(2), op.Int(5, 1), op.Byte(0));
        Window v = new(x.Shape[2], w.Shape[2], op.Int(1), op.Int(4, 1), op.Byte(0));
        c.Result(
            new Conv2D(h.Stride, v.Stride, h.Dilation, v.Dilation, h.Before, h.After, v.Before, v.After,
                x.Shape[3] / w.Shape[3], Activation(op.Byte(3))),
            x, w, c.Bias(2, x, w, op.Byte(6)));
    }

    // Options: 0 padding, 1 stride_w, 2 stride_h, 3 multiplier, 4 activation, 5 dilation_w, 6 dilation_h. The multiplier
    // follows from the shapes; some converters leave the option 0.
    private static void DepthwiseConv2D(TFLiteContext c)
    {
        Value x = Activations(c, 0, 4);
        Value w = Rank(c.Weights(1, x), 4, "weights");
        TFLiteOperator op = c.Operator;
        if (w.Shape[3] % x.Shape[3] != 0)
        {
            throw TFLiteRefusal.Misfit($"{w.Shape[3]} outputs are no multiple of {x.Shape[3]} channels.");
        }

        Window h = new(x.Shape[1], w.Shape[1], op.Int(2), op.Int(6, 1), op.Byte(0));
        Window v = new(x.Shape[2], w.Shape[2], op.Int(1), op.Int(5, 1), op.Byte(0));
        c.Result(
            new DepthwiseConv2D(h.Stride, v.Stride, h.Dilation, v.Dilation, h.Before, h.After, v.Before, v.After,
                w.Shape[3] / x.Shape[3], Activation(op.Byte(4))),
            x, w, c.Bias(2, x, w));
    }

    // Inputs: output shape, weights [O,KH,KW,I], x, bias. Options: 0 padding, 1 stride_w, 2 stride_h, 3 activation. The
    // pads are those of the convolution that goes from the output to the input.
    private static void TransposeConv(TFLiteContext c)
    {
        Value x = Activations(c, 2, 4);
        Value w = Rank(c.Weights(1, x), 4, "weights");
        int[] size = c.In(0, "output shape").IsConstant ? c.Ints(0, "output shape") : c.OutType().Shape.ToArray();
        TFLiteOperator op = c.Operator;
        if (size.Length != 4 || size.Any(d => d < 1))
        {
            throw TFLiteRefusal.Misfit($"the output shape is [{string.Join(",", size)}]; expected [N,H,W,C].");
        }

        Window h = new(size[1], w.Shape[1], op.Int(2), 1, op.Byte(0));
        Window v = new(size[2], w.Shape[2], op.Int(1), 1, op.Byte(0));
        c.Result(
            new TransposeConv2D(h.Stride, v.Stride, h.Before, v.Before, size[1], size[2], 1, Activation(op.Byte(3))),
            x, w, c.Bias(3, x, w));
    }

    // Options: 0 activation, 1 weights_format, 2 keep_num_dims. Without keep_num_dims, x of any rank is taken as rows of K
    // elements, K from the weights.
    private static void FullyConnected(TFLiteContext c)
    {
        Value x = Activations(c, 0, null);
        Value w = Rank(c.Weights(1, x), 2, "weights");
        if (c.Operator.Byte(1) != 0)
        {
            throw TFLiteRefusal.Attribute("the weights are shuffled for one processor.", "convert without shuffled weights");
        }

        (int depth, int outputs) = (w.Shape[1], w.Shape[0]);
        if (x.Shape.Count % depth != 0)
        {
            throw TFLiteRefusal.Misfit($"x {x.Shape} does not divide into rows of {depth}.");
        }

        // Options: 0 activation, 1 weights format, 2 keep_num_dims, 3 asymmetric_quantize_inputs, 4 quantized_bias_type.
        FullyConnected op = new(Activation(c.Operator.Byte(0)));
        Value? bias = c.Bias(2, x, w, c.Operator.Byte(4));
        TensorType y = c.OutType();
        if (x.Shape.Rank > 0 && x.Shape[-1] == depth && y.Shape.Dims.SequenceEqual([.. x.Shape.Dims.SkipLast(1), outputs]))
        {
            c.Result(op, x, w, bias);
            return;
        }

        Value rows = c.Reshaped(x, "rows", x.Shape.Count / depth, depth);
        Shape product = new(x.Shape.Count / depth, outputs);
        if (y.Shape.Equals(product) || y.Shape.Rank == 0)
        {
            c.Result(op, rows, w, bias);
            return;
        }

        Value result = c.Emit(op, "product", y with { Shape = product }, rows, w, bias);
        c.Result(new Reshape(y.Shape.ToArray()), result);
    }

    private static void BatchMatMul(TFLiteContext c)
    {
        Value x = Activations(c, 0, null);
        c.Result(new BatchMatMul(c.Operator.Bool(0), c.Operator.Bool(1)), x, c.Weights(1, x, "second factor"));
    }

    // Options of pools: 0 padding, 1 stride_w, 2 stride_h, 3 filter_w, 4 filter_h, 5 activation.
    private static void AveragePool2D(TFLiteContext c)
    {
        Value x = Activations(c, 0, 4);
        (Window h, Window v) = Pool(c, x);
        c.Result(Average(h, v, Activation(c.Operator.Byte(5))), x);
    }

    private static void MaxPool2D(TFLiteContext c)
    {
        Value x = Activations(c, 0, 4);
        (Window h, Window v) = Pool(c, x);
        c.Result(new MaxPool2D(h.Filter, v.Filter, h.Stride, v.Stride, 1, 1, h.Before, h.After, v.Before, v.After,
            Activation(c.Operator.Byte(5))), x);
    }

    // The square root of the mean of squares.
    private static void L2Pool2D(TFLiteContext c)
    {
        Value x = Activations(c, 0, 4);
        if (x.DType != DType.Float32 || c.Operator.Byte(5) != 0)
        {
            throw TFLiteRefusal.Type("only float32 without activation is supported.");
        }

        (Window h, Window v) = Pool(c, x);
        Value squares = c.Emit(new Unary(UnaryKind.Square, 0, 0), "squares", x.Type, x);
        Value mean = c.Emit(Average(h, v, Clamp.None), "mean", c.OutType(), squares);
        c.Result(new Unary(UnaryKind.Sqrt, 0, 0), mean);
    }

    private static AveragePool2D Average(Window h, Window v, Clamp clamp) =>
        new(h.Filter, v.Filter, h.Stride, v.Stride, h.Before, h.After, v.Before, v.After, false, clamp);

    private static (Window H, Window W) Pool(TFLiteContext c, Value x) =>
        (new Window(x.Shape[1], c.Operator.Int(4), c.Operator.Int(2), 1, c.Operator.Byte(0)),
        new Window(x.Shape[2], c.Operator.Int(3), c.Operator.Int(1), 1, c.Operator.Byte(0)));

    /// <summary>A fused activation. Tanh and sign bit are in the schema, but no kernel has them.</summary>
    public static Clamp Activation(byte code) => code switch
    {
        0 => Clamp.None,
        1 => Clamp.Relu,
        2 => Clamp.ReluN1To1,
        3 => Clamp.Relu6,
        _ => throw TFLiteRefusal.Attribute($"fused activation {code} is not supported (only none, relu, relu_n1_to_1, relu6)."),
    };

    private static Value Activations(TFLiteContext c, int index, int? rank)
    {
        Value x = c.In(index);
        if (x.DType is not (DType.Float32 or DType.Int8 or DType.Int16))
        {
            throw TFLiteKinds.Unsupported(x);
        }

        return rank is int r ? Rank(x, r, "x") : x;
    }

    private static Value Rank(Value value, int rank, string what) => value.Shape.Rank == rank ? value
        : throw TFLiteRefusal.Misfit($"the {what} {value.Shape} has rank {value.Shape.Rank}, expected {rank}.");

    /// <summary>
    /// One dimension of a sliding window. SAME gives ceil(size / stride) outputs, with the odd padding cell at the end;
    /// VALID has no padding.
    /// </summary>
    private readonly struct Window
    {
        private const int Most = 1 << 16;

        public Window(int size, int filter, int stride, int dilation, int padding)
        {
            if (filter is < 1 or > Most || stride is < 1 or > Most || dilation is < 1 or > Most || padding is not (Same or Valid))
            {
                throw TFLiteRefusal.Misfit($"filter {filter}, stride {stride}, dilation {dilation}, padding {padding}: expected positive numbers, SAME or VALID.");
            }

            long reach = (filter - 1L) * dilation + 1;
            if (padding == Valid && reach > size)
            {
                throw TFLiteRefusal.Misfit($"a window of {reach} does not fit into {size} without padding.");
            }

            long outputs = ((long)size + stride - 1) / stride;
            long total = padding == Same ? Math.Max((outputs - 1) * stride + reach - size, 0) : 0;
            Filter = filter;
            Stride = stride;
            Dilation = dilation;
            Before = checked((int)(total / 2));
            After = checked((int)(total - total / 2));
        }

        public int Filter { get; }

        public int Stride { get; }

        public int Dilation { get; }

        public int Before { get; }

        public int After { get; }
    }
}
