using TinyNano.Compiler.IR;
using TinyNano.Compiler.Ops;

namespace TinyNano.Vectors.Cases;

/// <summary>FULLY_CONNECTED in every combination of types: per tensor and per channel, with and without bias, batches, rank 3, extreme scales.</summary>
public sealed class FullyConnectedCases : ICaseFamily
{
    public IEnumerable<CaseSpec> Cases()
    {
        foreach (WeightTypes types in Enum.GetValues<WeightTypes>())
        {
            yield return Case(types, "per_tensor", [3, 9], 5, Clamp.None, perChannel: false);
            yield return Case(types, "per_channel_relu6", [2, 16], 6, Clamp.Relu6);
            yield return Case(types, "rank3", [2, 3, 7], 4, Clamp.Relu);
            if (types != WeightTypes.S16Bias32)
            {
                yield return Case(types, "no_bias", [1, 5], 3, Clamp.None, perChannel: false, bias: false);
            }
        }

        yield return Case(WeightTypes.S8, "extreme_scales", [2, 6], 5, Clamp.None, extreme: true);
    }

    private static CaseSpec Case(
        WeightTypes types, string name, int[] x, int outputs, Clamp clamp, bool perChannel = true, bool bias = true, bool extreme = false)
    {
        WeightCase c = new($"{types}_{name}", types, x[^1], perChannel ? outputs : 1) { Extreme = extreme };
        return c.Finish("fully_connected", c.Builder.Op(new FullyConnected(clamp), "y", c.Y, c.X(x), c.W(0, outputs, x[^1]), bias ? c.Bias(outputs) : null));
    }
}
