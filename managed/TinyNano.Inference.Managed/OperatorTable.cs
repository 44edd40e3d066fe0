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
                case 8:
                    return new Add();
                case 9:
                    return new Sub();
                case 10:
                    return new Mul();
                case 11:
                    return new Div();
                case 12:
                    return new Minimum();
                case 13:
                    return new Maximum();
                case 14:
                    return new SquaredDifference();
                case 15:
                    return new Compare();
                case 16:
                    return new Select();
                case 17:
                    return new Logical();
                case 18:
                    return new Table();
                case 19:
                    return new Unary();
                case 20:
                    return new PRelu();
                case 21:
                    return new Rescale();
                case 22:
                    return new Quantize();
                case 23:
                    return new Dequantize();
                case 24:
                    return new Cast();
                case 25:
                    return new Concatenation();
                case 26:
                    return new StridedCopy();
                case 27:
                    return new Pad();
                case 28:
                    return new Gather();
                case 29:
                    return new Reduce();
                case 30:
                    return new Resize();
                case 31:
                    return new Softmax();
                case 32:
                    return new LogSoftmax();
                case 33:
                    return new LayerNorm();
                case 34:
                    return new Svdf();
                case 35:
                    return new Lstm();
                case 36:
                    return new Gru();
                case 37:
                    return new ArgMax();
                case 38:
                    return new Copy();
                default:
                    return null;
            }
        }
    }
}
