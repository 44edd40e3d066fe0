namespace TinyNano.Inference
{
    /// <summary>Element types, as in the blob.</summary>
    public static class ElementType
    {
        public const int Float32 = 1;
        public const int Int8 = 2;
        public const int UInt8 = 3;
        public const int Int16 = 4;
        public const int Int32 = 5;
        public const int Int64 = 6;
        public const int Bool = 7;

        /// <summary>Bytes of one element; 0 for a code that is none.</summary>
        public static int Size(int elementType)
        {
            switch (elementType)
            {
                case Int8:
                case UInt8:
                case Bool:
                    return 1;
                case Int16:
                    return 2;
                case Float32:
                case Int32:
                    return 4;
                case Int64:
                    return 8;
                default:
                    return 0;
            }
        }
    }
}
