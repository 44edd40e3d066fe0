namespace TinyNano.Inference
{
    /// <summary>The tables of a blob whose structure <see cref="BlobTables"/> has proved, and access to its records.</summary>
    internal sealed class BlobView
    {
        internal const int TensorSize = 16;
        internal const int StepSize = 8;
        internal const int IoSize = 16;
        internal const int GoldenSize = 16;

        /// <summary>No tensor, no step.</summary>
        internal const int None = 0xFFFF;

        internal readonly byte[] Blob;

        internal int TensorsAt;
        internal int TensorCount;
        internal int ShapesAt;
        internal int ConstantsAt;
        internal int StepsAt;
        internal int StepsSize;
        internal int StepCount;
        internal int IoAt;
        internal int InputCount;
        internal int OutputCount;
        internal int TextAt;
        internal int TextSize;
        internal int LabelsAt;
        internal int LabelCount;
        internal int GoldenAt;
        internal int GoldenBytes;
        internal int GoldenCount;
        internal int HistogramsAt;
        internal int HistogramsSize;

        internal BlobView(byte[] blob)
        {
            Blob = blob;
        }

        internal int Place(int tensor)
        {
            return Blob[TensorsAt + tensor * TensorSize + 1];
        }

        internal int ElementTypeOf(int tensor)
        {
            return Blob[TensorsAt + tensor * TensorSize];
        }

        /// <summary>Makes <paramref name="tensor"/> show tensor <paramref name="index"/>; one in the arena has offsets from its begin.</summary>
        internal void Show(int index, byte[] arena, Tensor tensor)
        {
            byte[] blob = Blob;
            int record = TensorsAt + index * TensorSize;
            int rank = blob[record + 2];
            int shape = ShapesAt + (Bytes.Int32(blob, record + 12) << 2);
            int[] dims = tensor.Dims;
            int count = 1;
            for (int i = 0; i < rank; i++)
            {
                int dim = Bytes.Int32(blob, shape + (i << 2));
                dims[i] = dim;
                count *= dim;
            }

            for (int i = rank; i < Tensor.MaxRank; i++)
            {
                dims[i] = 1;
            }

            int place = blob[record + 1];
            tensor.ElementType = blob[record];
            tensor.Place = place;
            tensor.Rank = rank;
            tensor.Count = count;
            tensor.Data = place == Tensor.Constant ? blob : arena;
            tensor.Offset = Bytes.Int32(blob, record + 4) + (place == Tensor.Constant ? ConstantsAt : 0);
        }

        /// <summary>Where the record of an input, or of an output, begins.</summary>
        internal int InputRecord(int index)
        {
            return IoAt + index * IoSize;
        }

        internal int OutputRecord(int index)
        {
            return IoAt + (InputCount + index) * IoSize;
        }

        internal int GoldenRecord(int index)
        {
            return GoldenAt + index * GoldenSize;
        }
    }
}
