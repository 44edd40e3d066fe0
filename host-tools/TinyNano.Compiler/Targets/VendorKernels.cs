using TinyNano.Compiler.Channels;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// The kernels of a vendor's library that do the general operators of a device whose image has the back end cmsis_nn or esp_nn, with what
/// they cost there. docs/targets/vendor.md has the measurements. The device checks for itself what the library can be given; a step that
/// it refuses costs more than the table says, so a class with such steps has no row here.
/// </summary>
/// <param name="Name">As `--vendor` takes it.</param>
/// <param name="Family">The target it was measured for.</param>
/// <param name="Rows">Costs by class; a step of none of the classes is left to our own kernels.</param>
public sealed record VendorKernels(string Name, string Family, IReadOnlyList<VendorCost> Rows)
{
    public static IReadOnlyList<string> Names { get; } = ["cmsis-nn", "esp-nn"];

    public static IReadOnlyList<VendorKernels> All { get; } =
    [
        new("cmsis-nn", "cortex-m-dsp",
        [
            new(VendorClass.Pointwise, new KernelCost(0, 39.9, 1.553)),
            new(VendorClass.Convolution, new KernelCost(0, 92.3, 1.586)),
            new(VendorClass.Depthwise, new KernelCost(0, 0, 7.757)),
            new(VendorClass.FullyConnected, new KernelCost(463, 49.0, 1.879)),
        ]),
        new("cmsis-nn", "cortex-m-mve",
        [
            new(VendorClass.Pointwise, new KernelCost(0, 14.5, 0.174)),
            new(VendorClass.Convolution, new KernelCost(0, 36.9, 0.126)),
            new(VendorClass.Depthwise, new KernelCost(0, 0, 2.483)),
            new(VendorClass.FullyConnected, new KernelCost(572, 15.0, 0.445)),
        ]),
        new("esp-nn", "rv32",
        [
            new(VendorClass.Pointwise, new KernelCost(0, 72.1, 5.991)),
            new(VendorClass.Convolution, new KernelCost(0, 370.6, 5.281)),
            new(VendorClass.Depthwise, new KernelCost(0, 0, 12.470)),
            new(VendorClass.FullyConnected, new KernelCost(492, 43.0, 8.999)),
        ]),
    ];

    /// <summary>The library's kernels on a target, or null where it has none there.</summary>
    public static VendorKernels? Find(string name, Target target) => All.FirstOrDefault(v => v.Name == name && v.Family == target.Name);

    /// <summary>Whether the library does a step in fewer instructions than a variant of ours. Not where either is unknown.</summary>
    public bool IsFaster(Step step, KernelVariant variant) =>
        variant.Cost is KernelCost ours && CostOf(step) is KernelCost theirs && theirs.Of(step) < ours.Of(step);

    /// <summary>What the library's kernel for a step costs; null for a step that is not its own.</summary>
    public KernelCost? CostOf(Step step) => ClassOf(step) is VendorClass c ? Rows.FirstOrDefault(r => r.Class == c)?.Cost : null;

    private static VendorClass? ClassOf(Step step)
    {
        if (step.Inputs[0]?.DType != DType.Int8 || step.Kernel != 0)
        {
            return null;
        }

        if (step.Op == DeviceOps.FullyConnected)
        {
            return WeightStep.Param(step, "w_zero") == 0 ? VendorClass.FullyConnected : null;
        }

        bool conv = step.Op == DeviceOps.Conv2D;
        if ((!conv && step.Op != DeviceOps.DepthwiseConv2D) || WeightStep.Param(step, "dilation_h") != 1 || WeightStep.Param(step, "dilation_w") != 1)
        {
            return null;
        }

        Shape filter = step.Inputs[1]!.Shape;
        if (!conv)
        {
            return WeightStep.Param(step, "multiplier") == 1 ? VendorClass.Depthwise : null;
        }

        return WeightStep.Param(step, "groups") != 1 ? null : filter[1] * filter[2] == 1 ? VendorClass.Pointwise : VendorClass.Convolution;
    }
}

/// <summary>Steps that one formula fits.</summary>
public enum VendorClass
{
    Pointwise,
    Convolution,
    Depthwise,
    FullyConnected,
}

/// <summary>One row of a library's costs.</summary>
public sealed record VendorCost(VendorClass Class, KernelCost Cost);
