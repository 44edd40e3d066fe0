namespace TinyNano.Inference
{
    /// <summary>An input or output of a model.</summary>
    public sealed class TensorInfo
    {
        public TensorInfo(string name, int elementType, int bytes, int[] shape, bool isQuantized, float scale, int zeroPoint)
        {
            Name = name;
            ElementType = elementType;
            Bytes = bytes;
            Shape = shape;
            IsQuantized = isQuantized;
            Scale = scale;
            ZeroPoint = zeroPoint;
            int length = 1;
            for (int i = 0; i < shape.Length; i++)
            {
                length *= shape[i];
            }

            Length = length;
        }

        public string Name { get; }

        /// <summary>One of <see cref="TinyNano.Inference.ElementType"/>.</summary>
        public int ElementType { get; }

        public int Bytes { get; }

        /// <summary>Images are NHWC.</summary>
        public int[] Shape { get; }

        /// <summary>Number of elements.</summary>
        public int Length { get; }

        /// <summary>Whether real = <see cref="Scale"/> * (q - <see cref="ZeroPoint"/>) holds.</summary>
        public bool IsQuantized { get; }

        public float Scale { get; }

        public int ZeroPoint { get; }
    }
}
