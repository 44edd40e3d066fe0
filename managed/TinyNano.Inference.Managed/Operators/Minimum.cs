namespace TinyNano.Inference
{
    /// <summary>MINIMUM of int8 and uint8.</summary>
    internal sealed class Minimum : Extremum
    {
        internal Minimum()
            : base(largest: false)
        {
        }
    }
}
