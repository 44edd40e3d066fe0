using System;

namespace TinyNano.Inference
{
    /// <summary>COPY of any type: y = x, byte for byte.</summary>
    internal sealed class Copy : Operator
    {
        internal override int ParamBytes
        {
            get { return 0; }
        }

        internal override int Prepare(StepContext step)
        {
            return Door.Arity(step, 1, 1) && step.Has(0) && Door.NeedOut(step, 0, step.Inputs[0].ElementType, -1)
                && step.Outputs[0].Count == step.Inputs[0].Count
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            Array.Copy(x.Data, x.Offset, y.Data, y.Offset, x.Count * x.ElementBytes);
        }
    }
}
