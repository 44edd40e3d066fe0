namespace TinyNano.Inference
{
    /// <summary>MUL of int8: y = clamp(y_zero + requantize((a - a_zero) * (b - b_zero), y_mult, y_shift), lo, hi).</summary>
    internal sealed class Mul : Product
    {
        private readonly Requantizer _result = new Requantizer();

        internal override int Prepare(StepContext step)
        {
            int status = OnlyInt8(step);
            return status == InferenceStatus.Ok ? CheckParams(step) : status;
        }

        protected override void Load(StepContext step)
        {
            LoadParams(step);
            _result.Set(Mult, Shift);
        }

        protected override void Run(byte[] a, int atA, int stepA, byte[] b, int atB, int stepB, byte[] y, int atY, int end)
        {
            int zeroA = ZeroA;
            int zeroB = ZeroB;
            int zero = ZeroY;
            int lo = Lo;
            int hi = Hi;
            int mult = _result.Mult;
            int left = _result.Left;
            int right = _result.Right;
            int mask = _result.Mask;
            int threshold = _result.Threshold;
            for (; atY < end; atY++)
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
