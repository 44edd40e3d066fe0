namespace TinyNano.Inference
{
    /// <summary>QUANTIZE of float32 to int8 and uint8: y = clamp(round(x / scale) + zero), ties away from zero; NaN becomes zero.</summary>
    internal sealed class Quantize : Operator
    {
        private const int Scale = 0;
        private const int Zero = 1;

        private const int FirstBeyondFinite = 0x7F800000;

        // Beyond 2^18 every result is at an end of its range.
        private const float Most = 262144.0f;

        internal override int ParamBytes
        {
            get { return 8; }
        }

        internal override int Prepare(StepContext step)
        {
            if (!Door.Arity(step, 1, 1) || !Door.NeedIn(step, 0, ElementType.Float32, -1))
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[0];
            int scale = step.Param(Scale);
            if (y.Count != step.Inputs[0].Count || !Door.ZeroFits(y.ElementType, step.Param(Zero)) || scale <= 0 || scale >= FirstBeyondFinite)
            {
                return InferenceStatus.Format;
            }

            return y.ElementType == ElementType.Int16 ? InferenceStatus.Type : InferenceStatus.Ok;
        }

        internal override void Eval(StepContext step)
        {
            Tensor x = step.Inputs[0];
            Tensor y = step.Outputs[0];
            float scale = FloatBits.Read(step.Blob, step.ParamsAt);
            int zero = step.Param(Zero);
            bool signed = y.ElementType == ElementType.Int8;
            int lo = signed ? sbyte.MinValue : 0;
            int hi = signed ? sbyte.MaxValue : byte.MaxValue;
            byte[] from = x.Data;
            byte[] to = y.Data;
            int at = x.Offset;
            int toAt = y.Offset;
            for (int end = toAt + x.Count; toAt < end; toAt++)
            {
                int q = Round((float)(FloatBits.Read(from, at) / scale)) + zero;
                to[toAt] = (byte)(q < lo ? lo : q > hi ? hi : q);
                at += 4;
            }
        }

        private static int Round(float x)
        {
            if (!(x < Most))
            {
                return x >= Most ? (int)Most : 0;
            }

            if (x < -Most)
            {
                return -(int)Most;
            }

            // The part behind the point is exact, so that 0.49999997 is not taken for a half.
            int whole = (int)x;
            float rest = (float)(x - whole);
            return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
        }
    }
}
