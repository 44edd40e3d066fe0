namespace TinyNano.Inference
{
    /// <summary>SQUARED_DIFFERENCE of int8: the square of the difference.</summary>
    internal sealed class SquaredDifference : Arith
    {
        internal SquaredDifference()
            : base(subtracts: true, squares: true)
        {
        }
    }
}
