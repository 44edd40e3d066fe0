namespace TinyNano.Inference
{
    /// <summary>ADD of int8: the sum.</summary>
    internal sealed class Add : Arith
    {
        internal Add()
            : base(subtracts: false, squares: false)
        {
        }
    }
}
