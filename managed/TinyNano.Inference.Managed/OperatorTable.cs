namespace TinyNano.Inference
{
    /// <summary>The operators of this engine by code, as in docs/SPEC.md.</summary>
    internal static class OperatorTable
    {
        /// <summary>A new operator of a code; null where this engine lacks it.</summary>
        internal static Operator Find(int code)
        {
            switch (code)
            {
                case 1:
                    return new Conv2D();
                case 2:
                    return new DepthwiseConv2D();
                case 3:
                    return new TransposeConv2D();
                case 4:
                    return new FullyConnected();
                case 5:
                    return new BatchMatMul();
                case 6:
                    return new AveragePool2D();
                case 7:
                    return new MaxPool2D();
                case 31:
                    return new Softmax();
                case 32:
                    return new LogSoftmax();
                case 33:
                    return new LayerNorm();
                default:
                    return null;
            }
        }
    }
}
