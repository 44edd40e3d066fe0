namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Convolutions, pools, matrix products and normalisations.</summary>
internal static class ConvolutionCases
{
    public static IEnumerable<OnnxCase> All() =>
        Conv().Concat(ConvTranspose()).Concat(Pools()).Concat(Products()).Concat(Norms());

    private static IEnumerable<OnnxCase> Conv()
    {
        (string, int[] X, int[] W, (string, object)[])[] shapes =
        [
            ("plain", [1, 3, 9, 7], [5, 3, 3, 3], []),
            ("pads", [2, 3, 8, 11], [4, 3, 3, 5], [("pads", new[] { 1, 0, 2, 3 }), ("strides", new[] { 2, 3 })]),
            ("dilated", [1, 2, 13, 12], [3, 2, 3, 2], [("dilations", new[] { 2, 3 }), ("pads", new[] { 2, 1, 0, 1 })]),
            ("groups", [1, 6, 7, 7], [9, 2, 3, 3], [("group", 3)]),
            ("depthwise", [1, 5, 8, 7], [5, 1, 3, 3], [("group", 5), ("pads", new[] { 1, 1, 1, 1 })]),
            ("depthwise_multiplier", [1, 3, 8, 7], [6, 1, 3, 2], [("group", 3), ("strides", new[] { 2, 1 })]),
            ("same_upper", [1, 2, 10, 9], [3, 2, 4, 3], [("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 2 })]),
            ("same_lower", [1, 2, 10, 9], [3, 2, 4, 2], [("auto_pad", "SAME_LOWER"), ("strides", new[] { 3, 2 })]),
            ("valid", [1, 2, 10, 9], [3, 2, 4, 2], [("auto_pad", "VALID")]),
            ("one_channel", [1, 1, 6, 5], [1, 1, 2, 2], []),
            ("1d", [1, 4, 17], [6, 4, 3], [("pads", new[] { 2, 1 }), ("strides", new[] { 2 })]),
            ("1d_depthwise", [1, 4, 15], [4, 1, 5], [("group", 4), ("dilations", new[] { 2 })]),
        ];
        foreach ((string name, int[] x, int[] w, (string, object)[] attributes) in shapes)
        {
            OnnxCase c = new($"conv_{name}", 11, seed: 7);
            yield return c.Out(c.Op("Conv", [c.In(x), c.W(w), c.W(w[0])], attributes));
            OnnxCase d = new($"conv_{name}_no_bias_opset7", 7, seed: 8);
            yield return d.Out(d.Op("Conv", [d.In(x), d.W(w)], attributes));
        }

        OnnxCase dynamic = new("conv_computed_weights", 13);
        string weights = dynamic.Op("Relu", [dynamic.In(4, 3, 3, 3)]);
        yield return dynamic.Out(dynamic.Op("Conv", [dynamic.In(1, 3, 8, 8), weights]));
    }

    private static IEnumerable<OnnxCase> ConvTranspose()
    {
        (string, int[] X, int[] W, (string, object)[])[] shapes =
        [
            ("plain", [1, 3, 4, 5], [3, 2, 3, 3], []),
            ("strides", [1, 3, 4, 5], [3, 2, 3, 2], [("strides", new[] { 2, 3 }), ("pads", new[] { 1, 0, 0, 1 })]),
            ("output_padding", [1, 2, 4, 5], [2, 4, 3, 3], [("strides", new[] { 2, 2 }), ("output_padding", new[] { 1, 1 }), ("pads", new[] { 1, 1, 1, 1 })]),
            ("output_shape", [1, 2, 4, 5], [2, 4, 3, 3], [("strides", new[] { 2, 2 }), ("output_shape", new[] { 8, 9 })]),
            ("same_upper", [1, 2, 4, 5], [2, 3, 4, 3], [("strides", new[] { 2, 2 }), ("auto_pad", "SAME_UPPER")]),
            ("same_lower", [1, 2, 4, 5], [2, 3, 4, 3], [("strides", new[] { 2, 2 }), ("auto_pad", "SAME_LOWER")]),
            ("groups", [1, 6, 4, 3], [6, 2, 3, 3], [("group", 3), ("strides", new[] { 2, 2 })]),
            ("depthwise", [1, 4, 4, 3], [4, 1, 2, 2], [("group", 4), ("strides", new[] { 2, 2 })]),
            ("dilated", [1, 2, 4, 5], [2, 3, 2, 3], [("dilations", new[] { 2, 2 })]),
            ("1d", [1, 3, 6], [3, 2, 4], [("strides", new[] { 2 }), ("pads", new[] { 1, 1 })]),
        ];
        foreach ((string name, int[] x, int[] w, (string, object)[] attributes) in shapes)
        {
            OnnxCase c = new($"conv_transpose_{name}", 11, seed: 9);
            int groups = attributes.Where(a => a.Item1 == "group").Select(a => (int)a.Item2).FirstOrDefault(1);
            yield return c.Out(c.Op("ConvTranspose", [c.In(x), c.W(w), c.W(w[1] * groups)], attributes));
        }
    }

    private static IEnumerable<OnnxCase> Pools()
    {
        (string, int[] X, (string, object)[])[] shapes =
        [
            ("plain", [1, 3, 9, 7], [("kernel_shape", new[] { 2, 3 })]),
            ("strides", [2, 3, 9, 7], [("kernel_shape", new[] { 2, 3 }), ("strides", new[] { 2, 2 })]),
            ("pads", [1, 3, 9, 7], [("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 0, 2, 1 })]),
            ("ceil", [1, 3, 10, 8], [("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("ceil_mode", 1)]),
            ("ceil_pads", [1, 3, 10, 7], [("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 3, 2 }), ("pads", new[] { 1, 1, 1, 0 }), ("ceil_mode", 1)]),
            ("ceil_small", [1, 1, 5, 5], [("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 3, 3 }), ("ceil_mode", 1)]),
            ("same_upper", [1, 2, 10, 7], [("kernel_shape", new[] { 3, 2 }), ("strides", new[] { 2, 2 }), ("auto_pad", "SAME_UPPER")]),
            ("same_lower", [1, 2, 10, 7], [("kernel_shape", new[] { 4, 2 }), ("strides", new[] { 2, 1 }), ("auto_pad", "SAME_LOWER")]),
            ("1d", [1, 3, 15], [("kernel_shape", new[] { 4 }), ("strides", new[] { 3 }), ("pads", new[] { 1, 2 })]),
        ];
        foreach ((string name, int[] x, (string, object)[] attributes) in shapes)
        {
            OnnxCase max = new($"max_pool_{name}", 12, seed: 3);
            yield return max.Out(max.Op("MaxPool", [max.In(x)], attributes));
            OnnxCase average = new($"average_pool_{name}", 11, seed: 4);
            yield return average.Out(average.Op("AveragePool", [average.In(x)], attributes));
            OnnxCase counting = new($"average_pool_{name}_count_pad", 19, seed: 5);
            yield return counting.Out(counting.Op("AveragePool", [counting.In(x)], [.. attributes, ("count_include_pad", 1)]));
        }

        OnnxCase dilated = new("max_pool_dilated", 12);
        yield return dilated.Out(dilated.Op("MaxPool", [dilated.In(1, 2, 11, 9)], ("kernel_shape", new[] { 3, 2 }), ("dilations", new[] { 2, 3 })));
        foreach (int[] dims in new int[][] { [1, 5, 7, 6], [2, 3, 9], [1, 2, 3, 4, 5] })
        {
            OnnxCase c = new($"global_pools_{dims.Length}", 13);
            string x = c.In(dims);
            yield return c.Out(c.Op("GlobalAveragePool", [x]), c.Op("GlobalMaxPool", [x]));
        }
    }

    private static IEnumerable<OnnxCase> Products()
    {
        foreach ((int transA, int transB, float alpha, float beta, int[] bias) in new (int, int, float, float, int[])[]
        {
            (0, 0, 1, 1, [7]), (0, 1, 0.5f, 2, [1, 7]), (1, 0, 1, 1, [4, 7]), (1, 1, -1.5f, 0.25f, [1]), (0, 1, 1, 0, [7]), (0, 0, 2, 1, [4, 1]),
        })
        {
            int[] a = transA == 1 ? [5, 4] : [4, 5];
            int[] b = transB == 1 ? [7, 5] : [5, 7];
            (string, object)[] attributes = [("transA", transA), ("transB", transB), ("alpha", alpha), ("beta", beta)];
            string name = $"gemm_{transA}{transB}_{string.Join("x", bias)}_{beta}";
            OnnxCase c = new(name, 11);
            yield return c.Out(c.Op("Gemm", [c.In(a), c.W(b), c.W(bias)], attributes));
            OnnxCase d = new($"{name}_all_computed", 13);
            yield return d.Out(d.Op("Gemm", [d.In(a), d.In(b), d.In(bias)], attributes));
        }

        OnnxCase none = new("gemm_without_bias", 11);
        yield return none.Out(none.Op("Gemm", [none.In(2, 5), none.W(5, 3)]));
        foreach ((int[] a, int[] b) in new (int[], int[])[]
        {
            ([3, 5], [5, 4]), ([2, 3, 5], [5, 4]), ([2, 1, 3, 5], [4, 5, 2]), ([5], [5, 4]), ([3, 5], [5]), ([5], [5]), ([2, 3, 5], [5]), ([5], [2, 5, 3]),
        })
        {
            string name = $"matmul_{string.Join("x", a)}_{string.Join("x", b)}";
            OnnxCase c = new(name, 13);
            yield return c.Out(c.Op("MatMul", [c.In(a), c.W(b)]));
            OnnxCase d = new($"{name}_computed", 9);
            yield return d.Out(d.Op("MatMul", [d.In(a), d.In(b)]));
        }

        OnnxCase left = new("matmul_constant_left", 13);
        yield return left.Out(left.Op("MatMul", [left.W(3, 5), left.In(2, 5, 4)]));
    }

    private static IEnumerable<OnnxCase> Norms()
    {
        foreach (int[] dims in new int[][] { [2, 5, 4, 3], [3, 5], [1, 4, 7] })
        {
            OnnxCase c = new($"batch_norm_{dims.Length}", 15);
            int channels = dims[1];
            yield return c.Out(c.Op("BatchNormalization", [c.In(dims), c.W(channels), c.W(channels), c.W(channels), c.WRange(0.1f, 2, channels)], ("epsilon", 1e-3f)));
        }

        foreach (int axis in new[] { -1, 1, 2 })
        {
            OnnxCase c = new($"layer_norm_{axis}", 17);
            int[] dims = [2, 3, 4, 5];
            int[] normalised = dims[(axis < 0 ? axis + 4 : axis)..];
            string[] y = c.Ops("LayerNormalization", [c.In(dims), c.W(normalised), c.W(normalised)], 1, ("axis", axis), ("epsilon", 1e-4f));
            yield return c.Out(y);
        }

        OnnxCase instance = new("instance_norm", 13);
        yield return instance.Out(instance.Op("InstanceNormalization", [instance.In(2, 3, 5, 4), instance.W(3), instance.W(3)], ("epsilon", 1e-3f)));
        OnnxCase groups18 = new("group_norm_18", 18);
        yield return groups18.Out(groups18.Op("GroupNormalization", [groups18.In(2, 6, 3, 4), groups18.W(3), groups18.W(3)], ("num_groups", 3)));
        OnnxCase groups21 = new("group_norm_21", 21);
        yield return groups21.Out(groups21.Op("GroupNormalization", [groups21.In(2, 6, 3, 4), groups21.W(6), groups21.W(6)], ("num_groups", 3)));
    }
}
