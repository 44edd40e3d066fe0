namespace TinyNano.Inference
{
    /// <summary>
    /// A tensor as operators see it: a typed, shaped view of bytes in the arena or in the blob. The engine reuses the objects from step to
    /// step, so that a run allocates nothing.
    /// </summary>
    internal sealed class Tensor
    {
        internal const int MaxRank = 6;

        /// <summary>Values of <see cref="Place"/>: written by a step and read by later ones; in the blob; kept between runs.</summary>
        internal const int InArena = 0;

        internal const int Constant = 1;

        internal const int State = 2;

        /// <summary>The arena or the blob; element i of an int8 tensor is <c>(sbyte)Data[Offset + i]</c>.</summary>
        internal byte[] Data;

        /// <summary>Where element 0 begins in <see cref="Data"/>.</summary>
        internal int Offset;

        /// <summary>Number of elements.</summary>
        internal int Count;

        /// <summary>One of <see cref="TinyNano.Inference.ElementType"/>.</summary>
        internal int ElementType;

        /// <summary>One of <see cref="InArena"/>, <see cref="Constant"/>, <see cref="State"/>.</summary>
        internal int Place;

        internal int Rank;

        /// <summary><see cref="Rank"/> dimensions, then 1.</summary>
        internal readonly int[] Dims = new int[MaxRank];

        /// <summary>Bytes of one element.</summary>
        internal int ElementBytes
        {
            get { return TinyNano.Inference.ElementType.Size(ElementType); }
        }

        /// <summary>Element <paramref name="index"/> of an int16 tensor.</summary>
        internal int GetInt16(int index)
        {
            int at = Offset + (index << 1);
            return (short)(Data[at] | (Data[at + 1] << 8));
        }

        internal void SetInt16(int index, int value)
        {
            int at = Offset + (index << 1);
            Data[at] = (byte)value;
            Data[at + 1] = (byte)(value >> 8);
        }

        /// <summary>Element <paramref name="index"/> of an int32 tensor.</summary>
        internal int GetInt32(int index)
        {
            return Bytes.Int32(Data, Offset + (index << 2));
        }

        internal void SetInt32(int index, int value)
        {
            Bytes.SetInt32(Data, Offset + (index << 2), value);
        }
    }
}
