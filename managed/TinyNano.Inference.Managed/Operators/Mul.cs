namespace TinyNano.Inference
{
    /// <summary>MUL of int8: y = clamp(y_zero + requantize((a - a_zero) * (b - b_zero), y_mult, y_shift), lo, hi).</summary>
    internal sealed class Mul : Operator
    {
        private readonly Requantizer _result = new Requantizer();

        internal override int ParamBytes
        {
            get { return ProductParams.ParamBytes; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 2, 1) || !Broadcast.Fits(step, 2))
            {
                return InferenceStatus.Format;
            }

            int type = step.Outputs[0].ElementType;
            if (!Door.NeedIn(step, 0, type, -1) || !Door.NeedIn(step, 1, type, -1) || type == ElementType.UInt8 || type == ElementType.Bool)
            {
                return InferenceStatus.Format;
            }

            return type != ElementType.Int8 ? InferenceStatus.Type : ProductParams.Check(step);
        }

        internal override void Eval(StepContext step)
        {
            _result.Set(step.Param(ProductParams.YMult), step.Param(ProductParams.YShift));
            Broadcast runs = step.Runs;
            runs.Begin(step, 2);
            do
            {
                Run(step, runs);
            }
            while (runs.Next());
        }

        private void Run(StepContext step, Broadcast runs)
        {
            byte[] a = step.Inputs[0].Data;
            byte[] b = step.Inputs[1].Data;
            byte[] y = step.Outputs[0].Data;
            int atA = step.Inputs[0].Offset + runs.At[0];
            int atB = step.Inputs[1].Offset + runs.At[1];
            int atY = step.Outputs[0].Offset + runs.Y;
            int stepA = runs.Step[0];
            int stepB = runs.Step[1];
            int zeroA = step.Param(ProductParams.AZero);
            int zeroB = step.Param(ProductParams.BZero);
            int zero = step.Param(ProductParams.YZero);
            int lo = step.Param(ProductParams.Lo);
            int hi = step.Param(ProductParams.Hi);
            int mult = _result.Mult;
            int left = _result.Left;
            int right = _result.Right;
            int mask = _result.Mask;
            int threshold = _result.Threshold;
            for (int end = atY + runs.Run; atY < end; atY++)
            {
                int x = ((sbyte)a[atA] - zeroA) * ((sbyte)b[atB] - zeroB);
                int high = (int)(((long)(x << left) * mult + Requantizer.Half) >> 31);
                x = (high >> right) + ((high & mask) > threshold - (high >> 31) ? 1 : 0) + zero;
                y[atY] = (byte)(x < lo ? lo : x > hi ? hi : x);
                atA += stepA;
                atB += stepB;
            }
        }
    }
}
