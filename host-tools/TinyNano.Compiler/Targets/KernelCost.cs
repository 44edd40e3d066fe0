using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>What a kernel costs, measured on an emulated core and fitted: instructions = perCall + perOutput * outputs + perMac * MACs.</summary>
public sealed record KernelCost(double PerCall, double PerOutput, double PerMac)
{
    public double Of(Step step) => PerCall + (PerOutput * step.Outputs[0].Shape.Count) + (PerMac * step.Macs);
}
