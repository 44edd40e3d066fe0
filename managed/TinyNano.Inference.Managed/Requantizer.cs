namespace TinyNano.Inference
{
    /// <summary>
    /// The numbers of a requantisation as loops want them, so that an element costs no call:
    /// <code>
    /// high = (int)(((long)(x &lt;&lt; Left) * Mult + Half) >> 31)
    /// y    = (high >> Right) + ((high &amp; Mask) > Threshold - (high >> 31) ? 1 : 0)
    /// </code>
    /// is <see cref="FixedPoint.Requantize"/>.
    /// </summary>
    internal sealed class Requantizer
    {
        internal const long Half = 1L << 30;

        internal int Mult;
        internal int Left;
        internal int Right;
        internal int Mask;

        /// <summary>What the remainder of a number that is not negative must exceed to be rounded up.</summary>
        internal int Threshold;

        /// <param name="shift">-31 .. 30, positive to the left.</param>
        internal void Set(int mult, int shift)
        {
            Mult = mult;
            Left = shift > 0 ? shift : 0;
            Right = shift > 0 ? 0 : -shift;
            Mask = (int)((1u << Right) - 1u);
            Threshold = Mask >> 1;
        }
    }
}
