using TinyNano.Compiler.Emit;
using TinyNano.Compiler.Lower;

namespace TinyNano.Simulator.Profiling;

/// <summary>The multiply-accumulates of a step, from its tensors.</summary>
internal static class StepMacs
{
    /// <summary>Null where the operator has none or the step's packing does not tell.</summary>
    public static long? Of(Blob blob, BlobStep step)
    {
        if (step.Kernel != 0)
        {
            return blob.Target.Variants.FirstOrDefault(v => v.Op == step.Op && v.Kernel == step.Kernel)?.Macs?.Invoke(blob, step);
        }

        long outputs = blob.Tensors[step.Outputs[0]].Shape.Count;
        if (step.Op == DeviceOps.Conv2D)
        {
            BlobTensor w = Weights(blob, step);
            return outputs * w.Shape[1] * w.Shape[2] * w.Shape[3];
        }

        if (step.Op == DeviceOps.DepthwiseConv2D)
        {
            return outputs * Weights(blob, step).Shape[1] * Weights(blob, step).Shape[2];
        }

        if (step.Op == DeviceOps.TransposeConv2D)
        {
            BlobTensor w = Weights(blob, step);
            return (long)blob.Tensors[step.Inputs[0]].Shape.Count * w.Shape[1] * w.Shape[2] * w.Shape[0] / Math.Max(1, blob.Tensors[step.Inputs[0]].Shape[3] / w.Shape[3]);
        }

        return step.Op == DeviceOps.FullyConnected ? outputs * Weights(blob, step).Shape[1] : null;
    }

    private static BlobTensor Weights(Blob blob, BlobStep step) => blob.Tensors[step.Inputs[1]];
}
