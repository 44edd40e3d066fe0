namespace TinyNano.OnnxRuntime.Tests.Cases;

/// <summary>Functions of one element, softmax.</summary>
internal static class ActivationCases
{
    public static IEnumerable<OnnxCase> All()
    {
        string[] plain =
        [
            "Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "HardSwish", "Mish", "Neg", "Relu", "Round", "Sigmoid", "Sign", "Sin",
            "Softplus", "Softsign", "Tanh", "Identity", "HardSigmoid", "LeakyRelu", "Elu", "Selu", "Celu", "ThresholdedRelu",
        ];
        foreach (string op in plain)
        {
            OnnxCase c = new(op, 18);
            yield return c.Out(c.Op(op, [c.InRange(-5, 5, 3, 17)]));
        }

        foreach (string op in new[] { "Log", "Sqrt", "Reciprocal" })
        {
            OnnxCase c = new(op, 13);
            yield return c.Out(c.Op(op, [c.InRange(0.05f, 9, 3, 17)]));
        }

        foreach (string op in new[] { "LeakyRelu", "Elu", "Celu", "ThresholdedRelu", "HardSigmoid", "Selu" })
        {
            OnnxCase c = new($"{op}_alpha", 16);
            yield return c.Out(c.Op(op, [c.In(2, 9)], ("alpha", 0.375f)));
        }

        OnnxCase selu = new("Selu_gamma", 16);
        yield return selu.Out(selu.Op("Selu", [selu.In(2, 9)], ("gamma", 1.25f), ("alpha", 0.5f)));
        OnnxCase hard = new("HardSigmoid_beta", 16);
        yield return hard.Out(hard.Op("HardSigmoid", [hard.In(2, 9)], ("alpha", 0.3f), ("beta", 0.4f)));
        foreach (string approximate in new[] { "none", "tanh" })
        {
            OnnxCase c = new($"Gelu_{approximate}", 20);
            yield return c.Out(c.Op("Gelu", [c.In(2, 9)], ("approximate", approximate)));
        }

        OnnxCase gelu = new("Gelu_microsoft", 13);
        yield return gelu.Out(gelu.Op("com.microsoft:Gelu", [gelu.In(2, 9)]));
        OnnxCase clip6 = new("Clip_opset6", 10);
        yield return clip6.Out(clip6.Op("Clip", [clip6.In(2, 9)], ("min", -0.5f), ("max", 1.5f)));
        OnnxCase clip = new("Clip_inputs", 13);
        yield return clip.Out(clip.Op("Clip", [clip.In(2, 9), clip.Scalar(-1), clip.Scalar(2)]));
        OnnxCase low = new("Clip_min_only", 13);
        yield return low.Out(low.Op("Clip", [low.In(2, 9), low.Scalar(-1)]));
        OnnxCase high = new("Clip_max_only", 13);
        yield return high.Out(high.Op("Clip", [high.In(2, 9), "", high.Scalar(1)]));
        OnnxCase dropout = new("Dropout", 13);
        yield return dropout.Out(dropout.Op("Dropout", [dropout.In(2, 9)]));
        foreach (int[] slope in new int[][] { [3, 1, 1], [1], [2, 3, 4, 5], [5] })
        {
            OnnxCase c = new($"PRelu_{string.Join("x", slope)}", 16);
            yield return c.Out(c.Op("PRelu", [c.In(2, 3, 4, 5), c.W(slope)]));
        }

        foreach (string op in new[] { "Softmax", "LogSoftmax" })
        {
            foreach (int opset in new[] { 11, 13 })
            {
                for (int axis = -1; axis < 3; axis++)
                {
                    OnnxCase c = new($"{op}_opset{opset}_axis{axis}", opset);
                    yield return c.Out(c.Op(op, [c.In(2, 3, 5)], ("axis", axis)));
                }

                OnnxCase images = new($"{op}_opset{opset}_images", opset);
                yield return images.Out(images.Op(op, [images.In(2, 3, 4, 1)]));
            }
        }
    }
}
