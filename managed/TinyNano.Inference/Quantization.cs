namespace TinyNano.Inference
{
    /// <summary>real = scale * (q - zero), for callers that scale by themselves.</summary>
    public static class Quantization
    {
        /// <summary>The nearest int8 number, half away from zero, saturated.</summary>
        public static sbyte ToInt8(float value, float scale, int zeroPoint)
        {
            return (sbyte)Quantize(value, scale, zeroPoint, -128, 127);
        }

        /// <summary>The nearest of lo .. hi, half away from zero; NaN gives the zero point. The operator QUANTIZE does the same.</summary>
        public static int Quantize(float value, float scale, int zeroPoint, int lo, int hi)
        {
            float scaled = value / scale;
            if (float.IsNaN(scaled))
            {
                return zeroPoint;
            }

            // Beyond 2^18 every result is at an end of its range, and a conversion to int would be undefined.
            if (scaled >= 262144.0f || scaled <= -262144.0f)
            {
                return scaled > 0 ? hi : lo;
            }

            int q = (int)scaled;
            float rest = scaled - q;
            q += zeroPoint + (rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0);
            return q < lo ? lo : q > hi ? hi : q;
        }

        public static float ToReal(int q, float scale, int zeroPoint)
        {
            return scale * (q - zeroPoint);
        }

        /// <summary>The index of the largest element, the lowest one of equals.</summary>
        public static int ArgMax(sbyte[] elements)
        {
            int best = 0;
            for (int i = 1; i < elements.Length; i++)
            {
                if (elements[i] > elements[best])
                {
                    best = i;
                }
            }

            return best;
        }
    }
}
