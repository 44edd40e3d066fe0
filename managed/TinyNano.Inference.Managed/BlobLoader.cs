namespace TinyNano.Inference
{
    /// <summary>
    /// From hostile bytes to a blob that can run. Everything that running relies on is proved here, in the C runtime's order: header,
    /// checksum, sections, tensors, inputs and outputs, labels, golden vectors, and at last each step with its operator's door check.
    /// </summary>
    internal sealed class BlobLoader
    {
        private const int OperatorCodes = 256;

        internal BlobView View;

        internal StepReader Steps;

        /// <summary>The operators that the blob uses, by code.</summary>
        internal readonly Operator[] Operators = new Operator[OperatorCodes];

        internal int FaultStep = BlobView.None;

        internal int FaultTensor = BlobView.None;

        /// <summary>Proves a blob; keeps the array.</summary>
        /// <returns>A status; the fault fields tell the step and tensor to blame.</returns>
        internal int Load(byte[] blob)
        {
            int status = BlobHeader.Check(blob, blob.Length);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            if (Crc32.Update(0, blob, BlobHeader.CrcFrom, blob.Length - BlobHeader.CrcFrom) != BlobHeader.Crc(blob))
            {
                return InferenceStatus.Checksum;
            }

            // An array cannot be larger.
            if (BlobHeader.ArenaBytes(blob) > int.MaxValue)
            {
                return InferenceStatus.Arena;
            }

            View = new BlobView(blob);
            status = BlobTables.Read(View, ref FaultTensor);
            return status == InferenceStatus.Ok ? CheckSteps() : status;
        }

        private int CheckSteps()
        {
            int offset = 0;
            Steps = new StepReader(View);
            for (int i = 0; i < View.StepCount; i++)
            {
                FaultStep = i;
                int status = CheckStep(offset);
                if (status != InferenceStatus.Ok)
                {
                    return status;
                }

                offset += Steps.RecordBytes;
            }

            return offset == View.StepsSize ? InferenceStatus.Ok : InferenceStatus.Format;
        }

        private int CheckStep(int offset)
        {
            if (!Steps.Read(offset) || !Steps.Fits())
            {
                return InferenceStatus.Format;
            }

            Operator op = Operators[Steps.Op];
            if (op == null)
            {
                op = OperatorTable.Find(Steps.Op);
                if (op == null)
                {
                    return InferenceStatus.Op;
                }

                Operators[Steps.Op] = op;
            }

            if (op.ParamBytes != Steps.ParamBytes)
            {
                return InferenceStatus.Format;
            }

            // There is no arena yet: door checks look at constants only.
            Steps.Show(null);
            int status = op.Prepare(Steps.Context);
            if (status != InferenceStatus.Ok && Steps.Context.Blame >= 0)
            {
                FaultTensor = Steps.Reference(Steps.Context.Blame);
            }

            return status;
        }
    }
}
