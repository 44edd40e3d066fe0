using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>Cortex-M4, M7 and M33: two 16-bit products an instruction. docs/targets/cortex-m-dsp.md describes kernels and packings.</summary>
public static class CortexMDsp
{
    public static Target Target { get; } = new(1, "cortex-m-dsp",
    [
        new(DeviceOps.Conv2D, 3, "conv2d of one window", DspFullyConnected.Fits, DspFullyConnected.Pack),
        new(DeviceOps.Conv2D, 1, "conv2d", s => DspGemm.Fits(s, wide: false), s => DspGemm.Pack(s, wide: false)),
        new(DeviceOps.Conv2D, 2, "conv2d wide", s => DspGemm.Fits(s, wide: true), s => DspGemm.Pack(s, wide: true)),
        new(DeviceOps.DepthwiseConv2D, 1, "depthwise 3x3", DspDepthwise.Fits3x3, DspDepthwise.Pack3x3),
        new(DeviceOps.DepthwiseConv2D, 2, "depthwise", DspDepthwise.Fits, DspDepthwise.Pack),
        new(DeviceOps.FullyConnected, 3, "fully connected rows", s => DspGemm.HasRows(s) && DspGemm.Fits(s, wide: false), s => DspGemm.Pack(s, wide: false)),
        new(DeviceOps.FullyConnected, 1, "fully connected", DspFullyConnected.Fits, DspFullyConnected.Pack),
        new(DeviceOps.FullyConnected, 2, "fully connected wide", s => DspGemm.Fits(s, wide: true), s => DspGemm.Pack(s, wide: true)),
        new(DeviceOps.Add, 1, "add", DspElementwise.FitsSum, DspElementwise.PackSum),
        new(DeviceOps.Sub, 1, "sub", DspElementwise.FitsSum, DspElementwise.PackSum),
        new(DeviceOps.Mul, 1, "mul", DspElementwise.FitsMul, DspElementwise.PackMul),
    ]);
}
