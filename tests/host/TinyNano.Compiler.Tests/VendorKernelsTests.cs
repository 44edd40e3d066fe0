using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;
using TinyNano.Compiler.Targets;

namespace TinyNano.Compiler.Tests;

/// <summary>The choice between a variant of ours and a vendor's kernel, from their costs.</summary>
public class VendorKernelsTests
{
    private static Step FullyConnected(int depth, int outputs, int weightZero = 0)
    {
        DeviceTensor x = new("x", DType.Int8, new Shape(1, depth), new Storage(Place.Arena, depth));
        DeviceTensor w = new("w", DType.Int8, new Shape(outputs, depth), new Storage(Place.Constant, depth * outputs) { Data = new byte[depth * outputs] });
        DeviceTensor y = new("y", DType.Int8, new Shape(1, outputs), new Storage(Place.Arena, outputs));
        return new Step("dense", DeviceOps.FullyConnected, [x, w], [y], null, [0, weightZero, 0, -128, 127], -1, (long)depth * outputs);
    }

    private static Target With(KernelCost? cost, string? vendor)
    {
        KernelVariant variant = new(DeviceOps.FullyConnected, 1, "dense", _ => true, step => step) { Cost = cost };
        return new Target(CortexMDsp.Target.Id, CortexMDsp.Target.Name, [variant]) { Vendor = vendor is null ? null : VendorKernels.Find(vendor, CortexMDsp.Target) };
    }

    private static byte Chosen(Target target, Step step) => target.Lower(new Schedule("m", [], [], [step], [])).Steps[0].Kernel;

    [Fact]
    public void TheCheaperKernel_IsTaken()
    {
        Step step = FullyConnected(128, 128);
        Assert.Equal(1, Chosen(With(new KernelCost(0, 20, 1.2), "cmsis-nn"), step));
        Assert.Equal(0, Chosen(With(new KernelCost(0, 20, 3.0), "cmsis-nn"), step));
    }

    [Fact]
    public void OurKernel_IsTaken_WhereACostIsUnknown()
    {
        Step step = FullyConnected(128, 128);
        Assert.Equal(1, Chosen(With(null, "cmsis-nn"), step));
        Assert.Equal(1, Chosen(With(new KernelCost(0, 20, 3.0), null), step));
        Assert.Equal(1, Chosen(With(new KernelCost(0, 20, 3.0), "esp-nn"), step));
        Assert.Equal(1, Chosen(With(new KernelCost(0, 20, 3.0), "cmsis-nn"), FullyConnected(128, 128, weightZero: 4)));
    }

    [Fact]
    public void EveryLibrary_IsFoundByNameAndTarget()
    {
        Assert.Equal(VendorKernels.Names.Order(StringComparer.Ordinal), VendorKernels.All.Select(v => v.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(VendorKernels.All, v => Assert.Same(v, VendorKernels.Find(v.Name, Target.Find(v.Family)!)));
        Assert.Null(VendorKernels.Find("cmsis-nn", Target.Portable));
    }
}
