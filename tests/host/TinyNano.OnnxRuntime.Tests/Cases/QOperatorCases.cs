using TinyNano.Compiler.IR;

namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Models of operators that compute with integers and take scales as inputs.</summary>
internal static class QOperatorCases
{
    public static IEnumerable<OnnxCase> All()
    {
        foreach (DType type in new[] { DType.Int8, DType.UInt8 })
        {
            int shift = type == DType.UInt8 ? 128 : 0;
            foreach (int? axis in new int?[] { null, 0 })
            {
                OnnxCase conv = new($"QLinearConv_{type}_{axis}", 13);
                QValue x = conv.QIn(type, 0.02f, 3 + shift, 1, 3, 9, 8);
                (string w, string ws, string wz, _) = conv.QW(axis, 5, 3, 3, 3);
                yield return conv.Out(type, conv.Op("QLinearConv", [.. Scaled(conv, x), w, ws, wz, .. Scale(conv, type, 0.05f, shift - 7), conv.QBias(5)],
                    ("pads", new[] { 1, 1, 0, 2 })));
            }

            OnnxCase gemm = new($"QGemm_{type}", 13);
            QValue g = gemm.QIn(type, 0.02f, 3 + shift, 2, 13);
            (string gw, string gs, string gz, _) = gemm.QW(null, 6, 13);
            yield return gemm.Out(type, gemm.Op("com.microsoft:QGemm", [.. Scaled(gemm, g), gw, gs, gz, gemm.QBias(6), .. Scale(gemm, type, 0.05f, shift - 7)],
                ("transB", 1)));

            OnnxCase matmul = new($"QLinearMatMul_{type}", 13);
            QValue a = matmul.QIn(type, 0.02f, 3 + shift, 2, 13);
            (string mw, string ms, string mz, _) = matmul.QW(null, 13, 6);
            yield return matmul.Out(type, matmul.Op("QLinearMatMul", [.. Scaled(matmul, a), mw, ms, mz, .. Scale(matmul, type, 0.05f, shift - 7)]));

            foreach ((string op, float scale) in new[] { ("QLinearAdd", 0.06f), ("QLinearMul", 0.08f) })
            {
                OnnxCase c = new($"{op}_{type}", 13);
                QValue p = c.QIn(type, 0.03f, 3 + shift, 2, 5, 3);
                QValue q = c.QIn(type, 0.025f, shift - 11, 2, 5, 3);
                yield return c.Out(type, c.Op($"com.microsoft:{op}", [.. Scaled(c, p), .. Scaled(c, q), .. Scale(c, type, scale, shift + 3)]));
            }

            OnnxCase sigmoid = new($"QLinearSigmoid_{type}", 13);
            yield return sigmoid.Out(type, sigmoid.Op("com.microsoft:QLinearSigmoid", [.. Scaled(sigmoid, sigmoid.QIn(type, 0.03f, 3 + shift, 2, 37)), .. Scale(sigmoid, type, 1 / 256f, shift - 128)]));
            OnnxCase leaky = new($"QLinearLeakyRelu_{type}", 13);
            yield return leaky.Out(type, leaky.Op("com.microsoft:QLinearLeakyRelu", [.. Scaled(leaky, leaky.QIn(type, 0.03f, 3 + shift, 2, 37)), .. Scale(leaky, type, 0.02f, shift - 60)],
                ("alpha", 0.25f)));
            OnnxCase softmax = new($"QLinearSoftmax_{type}", 13);
            yield return softmax.Out(type, softmax.Op("com.microsoft:QLinearSoftmax", [.. Scaled(softmax, softmax.QIn(type, 0.06f, 3 + shift, 3, 11)), .. Scale(softmax, type, 1 / 256f, shift - 128)],
                ("axis", -1), ("opset", 13)));
            OnnxCase global = new($"QLinearGlobalAveragePool_{type}", 13);
            yield return global.Out(type, global.Op("com.microsoft:QLinearGlobalAveragePool", [.. Scaled(global, global.QIn(type, 0.06f, 3 + shift, 1, 3, 9, 8)), .. Scale(global, type, 0.02f, shift + 7)],
                ("channels_last", 0)));
            OnnxCase average = new($"QLinearAveragePool_{type}", 13);
            yield return average.Out(type, average.Op("com.microsoft:QLinearAveragePool", [.. Scaled(average, average.QIn(type, 0.06f, 3 + shift, 1, 3, 9, 8)), .. Scale(average, type, 0.06f, shift + 3)],
                ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 2 })));
            OnnxCase concat = new($"QLinearConcat_{type}", 13);
            QValue left = concat.QIn(type, 0.03f, 3 + shift, 1, 2, 4);
            QValue right = concat.QIn(type, 0.02f, shift - 3, 1, 3, 4);
            yield return concat.Out(type, concat.Op("com.microsoft:QLinearConcat", [.. Scale(concat, type, 0.03f, shift + 3), .. Scaled(concat, left), .. Scaled(concat, right)],
                ("axis", 1)));

            // Data movement on the integers themselves, between integer operators.
            OnnxCase net = new($"qoperator_net_{type}", 13);
            QValue image = net.QIn(type, 0.02f, 3 + shift, 1, 3, 8, 8);
            (string nw, string ns, string nz, _) = net.QW(0, 4, 3, 3, 3);
            string y = net.Op("QLinearConv", [.. Scaled(net, image), nw, ns, nz, .. Scale(net, type, 0.07f, shift - 10), net.QBias(4)]);
            string pooled = net.Op("MaxPool", [y], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
            string flat = net.Op("Reshape", [pooled, net.Longs(1, -1)]);
            (string fw, string fs, string fz, _) = net.QW(null, 36, 5);
            string[] last = Scale(net, type, 0.08f, shift);
            string fc = net.Op("QLinearMatMul", [flat, .. Scale(net, type, 0.07f, shift - 10), fw, fs, fz, .. last]);
            yield return net.Out(type, fc).Within(2);
        }

        OnnxCase contrib = new("microsoft_qdq", 13);
        string real = contrib.Op("com.microsoft:DequantizeLinear", [.. Scaled(contrib, contrib.QIn(DType.Int8, 0.02f, 3, 2, 13))]);
        string doubled = contrib.Op("Relu", [real]);
        yield return contrib.Out(DType.Int8, contrib.Op("com.microsoft:QuantizeLinear", [doubled, .. Scale(contrib, DType.Int8, 0.02f, -10)]));
    }

    private static string[] Scaled(OnnxCase c, QValue x) => [x.Name, .. Scale(c, x.Type, x.Scale, x.Zero)];

    private static string[] Scale(OnnxCase c, DType type, float scale, int zero) => [c.Scalar(scale), c.Scalar(type, zero)];
}
