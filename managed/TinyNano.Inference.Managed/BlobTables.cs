namespace TinyNano.Inference
{
    /// <summary>Proves the tables of a hostile blob, in the C runtime's order: tensors, inputs and outputs, labels, golden vectors.</summary>
    internal static class BlobTables
    {
        private const int MostTensors = 0xFFFE;
        private const int MostSteps = 0xFFFE;
        private const int MostDimensions = 0x100000;
        private const int MostIo = 64;
        private const int MostLabels = 0xFFFF;
        private const int MostGolden = 64;

        /// <summary>Fills the view of its blob. Returns a status; <paramref name="faultTensor"/> is the tensor to blame or None.</summary>
        internal static int Read(BlobView view, ref int faultTensor)
        {
            BlobSections sections = new BlobSections();
            int status = sections.Read(view.Blob);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            if (!sections.Has(BlobSections.Tensors) || !sections.Has(BlobSections.Shapes) || !sections.Has(BlobSections.Steps)
                || !sections.IsTable(BlobSections.Tensors, BlobView.TensorSize, MostTensors)
                || !sections.IsTable(BlobSections.Shapes, 4, MostDimensions) || !TextFits(view.Blob, sections)
                || sections.Count[BlobSections.Steps] > MostSteps)
            {
                return InferenceStatus.Format;
            }

            Place(view, sections);
            for (int i = 0; i < view.TensorCount; i++)
            {
                if (!TensorFits(view, sections, i))
                {
                    faultTensor = i;
                    return InferenceStatus.Format;
                }
            }

            return IoFits(view, sections) && LabelsFit(view, sections) && GoldenFits(view, sections)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        private static void Place(BlobView view, BlobSections sections)
        {
            view.TensorsAt = sections.Offset[BlobSections.Tensors];
            view.TensorCount = (int)sections.Count[BlobSections.Tensors];
            view.ShapesAt = sections.Offset[BlobSections.Shapes];
            view.ConstantsAt = sections.Offset[BlobSections.Constants];
            view.StepsAt = sections.Offset[BlobSections.Steps];
            view.StepsSize = sections.Size[BlobSections.Steps];
            view.StepCount = (int)sections.Count[BlobSections.Steps];
            view.IoAt = sections.Offset[BlobSections.Io];
            view.TextAt = sections.Offset[BlobSections.Text];
            view.TextSize = sections.Size[BlobSections.Text];
            view.LabelsAt = sections.Offset[BlobSections.Labels];
            view.GoldenAt = sections.Offset[BlobSections.Golden];
            view.GoldenBytes = sections.Size[BlobSections.Golden];
            view.HistogramsAt = sections.Offset[BlobSections.Histograms];
            view.HistogramsSize = sections.Size[BlobSections.Histograms];
        }

        private static bool TextFits(byte[] blob, BlobSections sections)
        {
            int size = sections.Size[BlobSections.Text];
            return size > 0 && blob[sections.Offset[BlobSections.Text] + size - 1] == 0;
        }

        // Type, place, shape and bytes agree, and the bytes lie inside the arena or the constants.
        private static bool TensorFits(BlobView view, BlobSections sections, int index)
        {
            byte[] blob = view.Blob;
            int record = view.TensorsAt + index * BlobView.TensorSize;
            int place = blob[record + 1];
            int rank = blob[record + 2];
            uint size = (uint)ElementType.Size(blob[record]);
            uint offset = Bytes.UInt32(blob, record + 4);
            uint bytes = Bytes.UInt32(blob, record + 8);
            uint shape = Bytes.UInt32(blob, record + 12);
            uint shapes = sections.Count[BlobSections.Shapes];
            uint space = place == Tensor.Constant ? (uint)sections.Size[BlobSections.Constants] : BlobHeader.ArenaBytes(blob);
            if (size == 0 || place > Tensor.State || rank > Tensor.MaxRank || shape > shapes || (uint)rank > shapes - shape
                || offset > space || bytes > space - offset || offset % size != 0 || bytes > int.MaxValue)
            {
                return false;
            }

            uint expected = size;
            int at = view.ShapesAt + ((int)shape << 2);
            for (int i = 0; i < rank; i++)
            {
                // `expected` never passes `bytes`, which keeps the product below 2^32.
                uint dim = Bytes.UInt32(blob, at + (i << 2));
                if (dim == 0 || dim > bytes / expected)
                {
                    return false;
                }

                expected *= dim;
            }

            return expected == bytes;
        }

        // Inputs come before outputs; every one names a tensor that is no constant, and a string.
        private static bool IoFits(BlobView view, BlobSections sections)
        {
            if (!sections.IsTable(BlobSections.Io, BlobView.IoSize, MostIo))
            {
                return false;
            }

            byte[] blob = view.Blob;
            int count = (int)sections.Count[BlobSections.Io];
            for (int i = 0; i < count; i++)
            {
                int record = view.IoAt + i * BlobView.IoSize;
                int tensor = Bytes.UInt16(blob, record);
                int direction = blob[record + 2];
                if (tensor >= view.TensorCount || direction > 1 || blob[record + 3] > 1
                    || Bytes.UInt32(blob, record + 12) >= (uint)view.TextSize || view.Place(tensor) == Tensor.Constant
                    || (direction == 0 && view.OutputCount > 0))
                {
                    return false;
                }

                if (direction == 0)
                {
                    view.InputCount++;
                }
                else
                {
                    view.OutputCount++;
                }
            }

            return view.OutputCount > 0;
        }

        private static bool LabelsFit(BlobView view, BlobSections sections)
        {
            if (!sections.IsTable(BlobSections.Labels, 4, MostLabels))
            {
                return false;
            }

            view.LabelCount = (int)sections.Count[BlobSections.Labels];
            for (int i = 0; i < view.LabelCount; i++)
            {
                if (Bytes.UInt32(view.Blob, view.LabelsAt + (i << 2)) >= (uint)view.TextSize)
                {
                    return false;
                }
            }

            return true;
        }

        private static bool GoldenFits(BlobView view, BlobSections sections)
        {
            uint count = sections.Count[BlobSections.Golden];
            uint size = (uint)view.GoldenBytes;
            if (count > MostGolden || size < count * BlobView.GoldenSize)
            {
                return false;
            }

            for (int i = 0; i < (int)count; i++)
            {
                int record = view.GoldenAt + i * BlobView.GoldenSize;
                int kind = view.Blob[record];
                uint offset = Bytes.UInt32(view.Blob, record + 8);
                uint bytes = Bytes.UInt32(view.Blob, record + 12);
                if (kind > 1 || (kind == 1 && (offset > size || bytes > size - offset || (offset & 3u) != 0)))
                {
                    return false;
                }
            }

            view.GoldenCount = (int)count;
            return true;
        }
    }
}
