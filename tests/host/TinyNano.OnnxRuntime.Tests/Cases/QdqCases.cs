using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Models with DequantizeLinear before and QuantizeLinear after float operators.</summary>
internal static class QdqCases
{
    private static readonly DType[] Types = [DType.Int8, DType.UInt8];

    public static IEnumerable<OnnxCase> All() =>
        Products().Concat(Unary()).Concat(Binary()).Concat(Moves()).Concat(Networks()).Concat(Wide()).Concat(InFloat());

    private static int Zero(DType type, int zero) => type == DType.UInt8 ? zero + 128 : zero;

    private static IEnumerable<OnnxCase> Products()
    {
        foreach (DType type in Types)
        {
            foreach (int? axis in new int?[] { null, 0 })
            {
                foreach (bool relu in new[] { false, true })
                {
                    string suffix = $"{type}{(axis is null ? "" : "_per_channel")}{(relu ? "_relu" : "")}";
                    yield return Conv($"qdq_conv_{suffix}", type, axis, relu, [1, 3, 9, 8], [5, 3, 3, 3], ("pads", new[] { 1, 0, 1, 2 }));
                    yield return Conv($"qdq_depthwise_{suffix}", type, axis, relu, [1, 4, 9, 8], [4, 1, 3, 3], ("group", 4), ("strides", new[] { 2, 1 }));
                    yield return Conv($"qdq_conv1d_{suffix}", type, axis, relu, [1, 3, 19], [5, 3, 5], ("pads", new[] { 2, 2 }));
                }

                OnnxCase gemm = new($"qdq_gemm_{type}_{axis}", 13);
                QValue x = gemm.QIn(type, 0.02f, Zero(type, 3), 2, 13);
                (string w, float[] scales) = gemm.QWReal(axis, 6, 13);
                string y = gemm.Op("Gemm", [gemm.Dq(x), w, gemm.QBiasReal(6, x.Scale, scales)], ("transB", 1));
                yield return gemm.Out(gemm.Q(y, type, 0.05f, Zero(type, -7)));

                OnnxCase matmul = new($"qdq_matmul_{type}_{axis}", 13);
                QValue a = matmul.QIn(type, 0.02f, Zero(type, 3), 2, 3, 13);
                (string b, _) = matmul.QWReal(axis is null ? null : 1, 13, 6);
                yield return matmul.Out(matmul.Q(matmul.Op("MatMul", [matmul.Dq(a), b]), type, 0.05f, Zero(type, -7)));
            }

            OnnxCase linear = new($"qdq_matmul_add_{type}", 13);
            QValue l = linear.QIn(type, 0.02f, Zero(type, 3), 2, 13);
            string product = linear.Op("MatMul", [linear.Dq(l), linear.QWReal(null, 13, 6).Real]);
            yield return linear.Out(linear.Q(linear.Op("Add", [product, linear.W(6)]), type, 0.05f, Zero(type, -7)));

            OnnxCase both = new($"qdq_matmul_of_activations_{type}", 13);
            QValue left = both.QIn(type, 0.02f, Zero(type, 3), 2, 4, 7);
            QValue right = both.QIn(type, 0.015f, Zero(type, -20), 2, 7, 5);
            yield return both.Out(both.Q(both.Op("MatMul", [both.Dq(left), both.Dq(right)]), type, 0.08f, Zero(type, 5)));

            foreach (int? axis in new int?[] { null, 1 })
            {
                OnnxCase transposed = new($"qdq_conv_transpose_{type}_{axis}", 13);
                QValue t = transposed.QIn(type, 0.02f, Zero(type, 3), 1, 3, 4, 5);
                (string tw, float[] ts) = transposed.QWReal(axis, 3, 4, 3, 3);
                string ty = transposed.Op("ConvTranspose", [transposed.Dq(t), tw, transposed.QBiasReal(4, t.Scale, ts)], ("strides", new[] { 2, 2 }));
                yield return transposed.Out(transposed.Q(ty, type, 0.05f, Zero(type, -7)));
            }

            OnnxCase asymmetric = new($"qdq_gemm_asymmetric_weights_{type}", 13);
            QValue ax = asymmetric.QIn(type, 0.02f, Zero(type, 3), 2, 13);
            QValue aw = new(asymmetric.Const(asymmetric.Random.Tensor(DType.Int8, new Shape(6, 13), -63, 63)), DType.Int8, 0.01f, 20);
            yield return asymmetric.Out(asymmetric.Q(asymmetric.Op("Gemm", [asymmetric.Dq(ax), asymmetric.Dq(aw)], ("transB", 1)), type, 0.05f, Zero(type, -7)));
        }
    }

    private static OnnxCase Conv(string name, DType type, int? axis, bool relu, int[] x, int[] w, params (string, object)[] attributes)
    {
        OnnxCase c = new(name, 13);
        QValue input = c.QIn(type, 0.02f, Zero(type, 3), x);
        (string weights, float[] scales) = c.QWReal(axis, w);
        string y = c.Op("Conv", [c.Dq(input), weights, c.QBiasReal(w[0], input.Scale, scales)], attributes);
        y = relu ? c.Op("Relu", [y]) : y;
        return c.Out(c.Q(y, type, 0.05f, Zero(type, relu ? -128 : -7)));
    }

    private static IEnumerable<OnnxCase> Unary()
    {
        foreach (DType type in Types)
        {
            foreach ((string op, float scale, int zero) in new[]
            {
                ("Relu", 0.02f, -128), ("LeakyRelu", 0.03f, -3), ("Sigmoid", 1 / 256f, -128), ("Tanh", 1 / 128f, 0), ("HardSwish", 0.02f, -100),
                ("Elu", 0.02f, -60), ("HardSigmoid", 1 / 255f, -128), ("Sqrt", 0.01f, -128), ("Exp", 0.1f, -128), ("Abs", 0.02f, -128),
            })
            {
                OnnxCase c = new($"qdq_{op}_{type}", 14);
                QValue x = c.QIn(type, 0.03f, Zero(type, op == "Sqrt" ? -128 : 3), 2, 37);
                yield return c.Out(c.Q(c.Op(op, [c.Dq(x)]), type, scale, Zero(type, zero)));
            }

            OnnxCase prelu = new($"qdq_prelu_{type}", 13);
            QValue px = prelu.QIn(type, 0.03f, Zero(type, 3), 1, 3, 5);
            yield return prelu.Out(prelu.Q(prelu.Op("PRelu", [prelu.Dq(px), prelu.QWReal(null, 3, 1).Real]), type, 0.03f, Zero(type, 3)));
            OnnxCase identity = new($"qdq_scales_behind_identity_{type}", 13);
            QValue ix = identity.QIn(type, 0.03f, Zero(type, 3), 2, 5);
            string[] scales = [identity.Op("Identity", [identity.Scalar(ix.Scale)]), identity.Op("Identity", [identity.Scalar(type, ix.Zero)])];
            string ir = identity.Op("DequantizeLinear", [ix.Name, .. scales]);
            yield return identity.Out(type, identity.Op("QuantizeLinear", [identity.Op("Relu", [ir]), .. scales]));
            OnnxCase softmax = new($"qdq_softmax_{type}", 13);
            QValue s = softmax.QIn(type, 0.06f, Zero(type, 3), 3, 11);
            yield return softmax.Out(softmax.Q(softmax.Op("Softmax", [softmax.Dq(s)]), type, 1 / 256f, Zero(type, -128)));
            OnnxCase mean = new($"qdq_reduce_mean_{type}", 13);
            QValue m = mean.QIn(type, 0.06f, Zero(type, 3), 2, 5, 7);
            yield return mean.Out(mean.Q(mean.Op("ReduceMean", [mean.Dq(m)], ("axes", new[] { 1 })), type, 0.04f, Zero(type, 10)));
            OnnxCase average = new($"qdq_average_pool_{type}", 13);
            QValue a = average.QIn(type, 0.06f, Zero(type, 3), 1, 3, 9, 8);
            string pooled = average.Op("AveragePool", [average.Dq(a)], ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 0, 1, 0 }));
            yield return average.Out(average.Q(pooled, type, 0.06f, Zero(type, 3)));
            OnnxCase rescaled = new($"qdq_average_pool_rescaled_{type}", 13);
            QValue b = rescaled.QIn(type, 0.06f, Zero(type, 3), 1, 3, 9, 8);
            yield return rescaled.Out(rescaled.Q(rescaled.Op("AveragePool", [rescaled.Dq(b)], ("kernel_shape", new[] { 2, 2 })), type, 0.09f, Zero(type, -5)));
            OnnxCase global = new($"qdq_global_average_pool_{type}", 13);
            QValue g = global.QIn(type, 0.06f, Zero(type, 3), 1, 3, 9, 8);
            yield return global.Out(global.Q(global.Op("GlobalAveragePool", [global.Dq(g)]), type, 0.02f, Zero(type, 7)));
            OnnxCase resize = new($"qdq_resize_linear_{type}", 13);
            QValue r = resize.QIn(type, 0.06f, Zero(type, 3), 1, 2, 4, 5);
            string resized = resize.Op("Resize", [resize.Dq(r), "", resize.Floats(1, 1, 2, 2)], ("mode", "linear"));
            yield return resize.Out(resize.Q(resized, type, 0.06f, Zero(type, 3)));
        }
    }

    private static IEnumerable<OnnxCase> Binary()
    {
        foreach (DType type in Types)
        {
            foreach ((string op, float scale) in new[] { ("Add", 0.06f), ("Sub", 0.06f), ("Mul", 0.08f), ("Max", 0.03f), ("Min", 0.03f) })
            {
                OnnxCase c = new($"qdq_{op}_{type}", 13);
                QValue a = c.QIn(type, 0.03f, Zero(type, 3), 2, 5, 3);
                QValue b = op is "Max" or "Min" ? c.QIn(type, 0.03f, Zero(type, 3), 5, 1) : c.QIn(type, 0.025f, Zero(type, -11), 5, 1);
                yield return c.Out(c.Q(c.Op(op, [c.Dq(a), c.Dq(b)]), type, scale, Zero(type, 3)));
                OnnxCase scalar = new($"qdq_{op}_scalar_{type}", 13);
                QValue x = scalar.QIn(type, 0.03f, Zero(type, 3), 2, 5, 3);
                yield return scalar.Out(scalar.Q(scalar.Op(op, [scalar.Dq(x), scalar.Scalar(0.5f)]), type, op == "Mul" ? 0.015f : 0.03f, Zero(type, 3)));
            }

            OnnxCase concat = new($"qdq_concat_{type}", 13);
            QValue p = concat.QIn(type, 0.03f, Zero(type, 3), 1, 2, 4);
            QValue q = concat.QIn(type, 0.02f, Zero(type, -3), 1, 3, 4);
            yield return concat.Out(concat.Q(concat.Op("Concat", [concat.Dq(p), concat.Dq(q)], ("axis", 1)), type, 0.03f, Zero(type, 3)));
        }
    }

    private static IEnumerable<OnnxCase> Moves()
    {
        foreach (DType type in Types)
        {
            (string, string, Func<OnnxCase, string[]>, (string, object)[])[] moves =
            [
                ("max_pool", "MaxPool", _ => [], [("kernel_shape", new[] { 2, 3 }), ("strides", new[] { 2, 1 }), ("pads", new[] { 1, 1, 0, 1 })]),
                ("reshape", "Reshape", c => [c.Longs(0, -1)], []),
                ("transpose", "Transpose", _ => [], [("perm", new[] { 0, 2, 3, 1 })]),
                ("slice", "Slice", c => [c.Longs(1), c.Longs(100), c.Longs(2), c.Longs(2)], []),
                ("pad", "Pad", c => [c.Longs(0, 0, 1, 2, 0, 0, 2, 1)], []),
                ("gather", "Gather", c => [c.Longs(2, 0, 0)], [("axis", 1)]),
                ("resize_nearest", "Resize", c => ["", c.Floats(1, 1, 2, 2)], [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]),
                ("reduce_max", "ReduceMax", _ => [], [("axes", new[] { 2, 3 })]),
            ];
            foreach ((string name, string op, Func<OnnxCase, string[]> more, (string, object)[] attributes) in moves)
            {
                OnnxCase c = new($"qdq_{name}_{type}", 13);
                QValue x = c.QIn(type, 0.03f, Zero(type, 3), 1, 3, 6, 5);
                yield return c.Out(c.Q(c.Op(op, [c.Dq(x), .. more(c)], attributes), type, 0.03f, Zero(type, 3)));
            }

            OnnxCase split = new($"qdq_split_{type}", 13);
            QValue s = split.QIn(type, 0.03f, Zero(type, 3), 1, 6, 5);
            string[] parts = split.Ops("Split", [split.Dq(s)], 2, ("axis", 1));
            yield return split.Out(split.Q(parts[0], type, 0.03f, Zero(type, 3))).Out(split.Q(parts[1], type, 0.03f, Zero(type, 3)));
        }
    }

    private static IEnumerable<OnnxCase> Networks()
    {
        foreach (DType type in Types)
        {
            // Conv, relu, and a residual addition, as quantize_static writes them.
            OnnxCase block = new($"qdq_residual_block_{type}", 13);
            QValue x = block.QIn(type, 0.02f, Zero(type, 3), 1, 4, 6, 6);
            (string w, float[] ws) = block.QWReal(0, 4, 4, 3, 3);
            string conv = block.Op("Conv", [block.Dq(x), w, block.QBiasReal(4, x.Scale, ws)], ("pads", new[] { 1, 1, 1, 1 }));
            QValue hidden = block.Q(block.Op("Relu", [conv]), type, 0.06f, Zero(type, -128));
            string sum = block.Op("Add", [block.Dq(hidden), block.Dq(x)]);
            QValue added = block.Q(sum, type, 0.08f, Zero(type, -60));
            QValue pooled = block.Q(block.Op("GlobalAveragePool", [block.Dq(added)]), type, 0.03f, Zero(type, -40));
            QValue flat = block.Q(block.Op("Flatten", [block.Dq(pooled)]), type, 0.03f, Zero(type, -40));
            (string fc, float[] fcs) = block.QWReal(null, 3, 4);
            string logits = block.Op("Gemm", [block.Dq(flat), fc, block.QBiasReal(3, flat.Scale, fcs)], ("transB", 1));
            yield return block.Out(block.Q(logits, type, 0.05f, Zero(type, 0))).Within(2);

            // Float at the edges.
            OnnxCase edges = new($"qdq_float_edges_{type}", 13);
            QValue input = edges.Q(edges.InRange(-2, 2, 1, 3, 8, 8), type, 0.02f, Zero(type, 3));
            (string ew, float[] es) = edges.QWReal(0, 5, 3, 3, 3);
            string ey = edges.Op("Conv", [edges.Dq(input), ew, edges.QBiasReal(5, input.Scale, es)], ("strides", new[] { 2, 2 }));
            yield return edges.Out(edges.Dq(edges.Q(ey, type, 0.08f, Zero(type, -7)))).Within(2, 0.08f);

            // A float bias, a clip to 6 instead of relu, weights quantised in the graph.
            OnnxCase training = new($"qdq_from_training_{type}", 13);
            QValue t = training.QIn(type, 0.02f, Zero(type, 3), 1, 3, 8, 8);
            QValue weights = training.Q(training.W(5, 3, 3, 3), DType.Int8, 0.008f, 0);
            string ty = training.Op("Conv", [training.Dq(t), training.Dq(weights), training.W(5)]);
            string clipped = training.Op("Clip", [ty, training.Scalar(0), training.Scalar(6)]);
            yield return training.Out(training.Q(clipped, type, 6 / 255f, Zero(type, -128)));
        }

        // uint8 weights with a zero point of 128, and with one that still fits.
        foreach ((int zero, int low, int high) in new[] { (128, 0, 255), (100, 0, 200) })
        {
            OnnxCase c = new($"qdq_uint8_weights_{zero}", 13);
            QValue x = c.QIn(DType.UInt8, 0.02f, 131, 1, 3, 7, 7);
            QValue w = new(c.Const(c.Random.Tensor(DType.UInt8, new Shape(4, 3, 3, 3), low, high)), DType.UInt8, 0.006f, zero);
            yield return c.Out(c.Q(c.Op("Conv", [c.Dq(x), c.Dq(w)]), DType.UInt8, 0.05f, 120));
        }
    }

    // int16 activations with int8 weights and no zero points.
    private static IEnumerable<OnnxCase> Wide()
    {
        OnnxCase conv = new("qdq_conv_int16", 21);
        QValue x = conv.QIn(DType.Int16, 0.0001f, 0, 1, 3, 9, 8);
        (string w, float[] scales) = conv.QWReal(0, 5, 3, 3, 3);
        yield return conv.Out(conv.Q(conv.Op("Conv", [conv.Dq(x), w, conv.QBiasReal(5, x.Scale, scales)]), DType.Int16, 0.0004f, 0));
        OnnxCase gemm = new("qdq_gemm_int16", 21);
        QValue a = gemm.QIn(DType.Int16, 0.0001f, 0, 2, 13);
        (string b, float[] bs) = gemm.QWReal(null, 6, 13);
        yield return gemm.Out(gemm.Q(gemm.Op("Gemm", [gemm.Dq(a), b, gemm.QBiasReal(6, a.Scale, bs)], ("transB", 1)), DType.Int16, 0.0003f, 0));
        OnnxCase add = new("qdq_add_int16", 21);
        QValue p = add.QIn(DType.Int16, 0.0001f, 0, 2, 13);
        QValue q = add.QIn(DType.Int16, 0.0002f, 0, 2, 13);
        yield return add.Out(add.Q(add.Op("Add", [add.Dq(p), add.Dq(q)]), DType.Int16, 0.0003f, 0));
    }

    private static IEnumerable<OnnxCase> InFloat()
    {
        // The last layer is not quantised.
        OnnxCase last = new("qdq_float_output", 13);
        QValue x = last.QIn(DType.Int8, 0.02f, 3, 2, 13);
        (string w, float[] scales) = last.QWReal(null, 6, 13);
        yield return last.Out(last.Op("Gemm", [last.Dq(x), w, last.QBiasReal(6, x.Scale, scales)], ("transB", 1))).InFloat();

        // Weights whose zero point does not go away.
        OnnxCase odd = new("qdq_asymmetric_weights", 13);
        QValue y = odd.QIn(DType.UInt8, 0.02f, 131, 1, 3, 7, 7);
        QValue v = new(odd.Const(odd.Random.Tensor(DType.UInt8, new Shape(4, 3, 3, 3))), DType.UInt8, 0.006f, 30);
        yield return odd.Out(odd.Q(odd.Op("Conv", [odd.Dq(y), odd.Dq(v)]), DType.UInt8, 0.05f, 20)).InFloat();
    }
}
