namespace TinyNano.Inference
{
    /// <summary>SUB of int8: the difference.</summary>
    internal sealed class Sub : Arith
    {
        internal Sub()
            : base(subtracts: true, squares: false)
        {
        }
    }
}
