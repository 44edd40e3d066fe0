namespace TinyNano.Inference
{
    /// <summary>
    /// Geometry of sliding windows, one axis at a time: which taps t of 0 .. taps-1 lie inside an axis of so many cells, where tap t is cell
    /// origin + t * dilation.
    /// </summary>
    internal static class Window
    {
        /// <summary>Number of the first tap inside.</summary>
        internal static int First(int origin, int dilation)
        {
            return origin < 0 ? (-origin - 1) / dilation + 1 : 0;
        }

        /// <summary>How many taps from <paramref name="first"/> on are inside; 0 for none.</summary>
        internal static int Count(int origin, int dilation, int taps, int size, int first)
        {
            int end = origin < size ? (size - 1 - origin) / dilation + 1 : 0;
            if (end > taps)
            {
                end = taps;
            }

            return end > first ? end - first : 0;
        }

        /// <summary>
        /// The door check of both axes. From <paramref name="first"/> on the step has the parameters stride_h, stride_w, dilation_h, dilation_w,
        /// pad_top, pad_left.
        /// </summary>
        internal static bool Fits(StepContext step, int tapsH, int tapsW, int first)
        {
            int[] x = step.Inputs[0].Dims;
            int[] y = step.Outputs[0].Dims;
            return Fits(x[1], y[1], tapsH, step.Param(first), step.Param(first + 2), step.Param(first + 4))
                && Fits(x[2], y[2], tapsW, step.Param(first + 1), step.Param(first + 3), step.Param(first + 5));
        }

        /// <summary>The door check: with these numbers no window of <paramref name="positions"/> overflows an int, wherever it lies.</summary>
        internal static bool Fits(int size, int positions, int taps, int stride, int dilation, int pad)
        {
            return stride >= 1 && dilation >= 1 && taps >= 1 && pad >= 0 && (long)size + pad <= int.MaxValue
                && (long)(positions - 1) * stride <= int.MaxValue && (long)(taps - 1) * dilation <= int.MaxValue;
        }
    }
}
