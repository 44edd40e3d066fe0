using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>
/// A family of devices with kernels of its own: the table of what each kernel supports, which the compiler, the planner and the tests
/// read. docs/SPEC.md, "Targets", and firmware-native/src/tn_backend.h have the same numbers.
/// </summary>
/// <param name="Id">The code in the blob's header.</param>
/// <param name="Name">As `--target` takes it.</param>
/// <param name="Variants">In order of preference: the first one that fits a step is taken.</param>
public sealed record Target(byte Id, string Name, IReadOnlyList<KernelVariant> Variants)
{
    /// <summary>Runs everywhere, with the general kernels.</summary>
    public static Target Portable { get; } = new(0, "portable", []);

    public static IReadOnlyList<Target> All { get; } = [Portable, CortexMDsp.Target, CortexMMve.Target, Rv32.Target];

    /// <summary>The target of a name, or null. Cores are aliases of their family.</summary>
    public static Target? Find(string name) => All.FirstOrDefault(t => t.Name == name || Cores.Any(c => c.Core == name && c.Family == t.Name));

    /// <summary>Cores whose family is the target, as `--on` names them.</summary>
    public static IReadOnlyList<(string Core, string Family)> Cores { get; } =
    [
        ("cortex-m4", "cortex-m-dsp"), ("cortex-m7", "cortex-m-dsp"), ("cortex-m33", "cortex-m-dsp"), ("cortex-m55", "cortex-m-mve"),
        ("esp32c3", "rv32"), ("esp32c6", "rv32"), ("rv32imc", "rv32"),
    ];

    /// <summary>The same schedule with each step's best kernel and its constants packed for it.</summary>
    public Schedule Lower(Schedule schedule) => schedule.With([.. schedule.Steps.Select(Choose)], this);

    /// <summary>The vendor library whose kernels run the general operators of the device; null where it has none.</summary>
    public VendorKernels? Vendor { get; init; }

    private Step Choose(Step step) =>
        Variants.FirstOrDefault(v => v.Op == step.Op && v.Fits(step)) is KernelVariant variant && Vendor?.IsFaster(step, variant) != true
            ? variant.Pack(step) with { Kernel = variant.Kernel }
            : step;
}

/// <summary>One row of a target's table: a kernel that does an operator's work for some of its steps.</summary>
/// <param name="Op">The general operator.</param>
/// <param name="Kernel">The number in the step record, from 1.</param>
/// <param name="Name">For people: `conv2d 1x1`.</param>
/// <param name="Fits">Whether the kernel supports a step: types, shapes, strides, constants.</param>
/// <param name="Pack">The step with its constants packed and its scratch set.</param>
public sealed record KernelVariant(DeviceOp Op, byte Kernel, string Name, Func<Step, bool> Fits, Func<Step, Step> Pack)
{
    /// <summary>The multiply-accumulates of a packed step, for profiles; null where the packing does not tell.</summary>
    public Func<Blob, BlobStep, long>? Macs { get; init; }

    /// <summary>Measured instructions, for the choice between this kernel and a vendor's; null where they are not known: then this one is taken.</summary>
    public KernelCost? Cost { get; init; }

    /// <summary>The C name of the kernel's tn_op_t, for models written as C; null where it has none outside of its file.</summary>
    public string? Symbol { get; init; }
}
