namespace TinyNano.Inference
{
    /// <summary>MAXIMUM of int8 and uint8.</summary>
    internal sealed class Maximum : Extremum
    {
        internal Maximum()
            : base(largest: true)
        {
        }
    }
}
