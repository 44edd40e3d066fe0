using TinyNano.Compiler.Emit;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Lower;

namespace TinyNano.Compiler.Targets;

/// <summary>Cortex-M55 and M85: Helium, sixteen 8-bit products an instruction. docs/targets/cortex-m-mve.md describes kernels and packings.</summary>
public static class CortexMMve
{
    private const int Window3x3 = 9;

    public static Target Target { get; } = new(2, "cortex-m-mve",
    [
        new(DeviceOps.Conv2D, 2, "conv2d of one window", MveRows.Fits, MveRows.Pack)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Numbers(blob, step.Inputs[0]) / Shape(blob, step.Inputs[0])[0],
            Symbol = "tn_mve_window_op",
        },
        new(DeviceOps.Conv2D, 1, "conv2d", MveGemm.Fits, MveGemm.Pack)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Header(blob, step, 0) * Header(blob, step, 1) * Shape(blob, step.Inputs[0])[3],
            Symbol = "tn_mve_conv2d_op",
        },
        new(DeviceOps.DepthwiseConv2D, 2, "depthwise 3x3", MveWoven.Fits3x3, MveWoven.Pack3x3)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Window3x3,
            Symbol = "tn_mve_depthwise3x3_op",
        },
        new(DeviceOps.DepthwiseConv2D, 3, "depthwise 1-D", MveWoven.Fits1D, MveWoven.Pack1D)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Header(blob, step, 1),
            Symbol = "tn_mve_depthwise1d_op",
        },
        new(DeviceOps.DepthwiseConv2D, 1, "depthwise", MveDepthwise.Fits, MveDepthwise.Pack)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Header(blob, step, 0) * Header(blob, step, 1),
            Symbol = "tn_mve_depthwise_op",
        },
        new(DeviceOps.FullyConnected, 1, "fully connected", MveRows.Fits, MveRows.Pack)
        {
            Macs = (blob, step) => Numbers(blob, step.Outputs[0]) * Header(blob, step, 0),
            Symbol = "tn_mve_rows_op",
        },
    ]);

    private static Shape Shape(Blob blob, int tensor) => blob.Tensors[tensor].Shape;

    private static long Numbers(Blob blob, int tensor) => Shape(blob, tensor).Count;

    // A word of the packed constant's header.
    private static int Header(Blob blob, BlobStep step, int word) => BitConverter.ToInt32(blob.Constant(blob.Tensors[step.Inputs[1]])[(4 * word)..]);
}
