using System;

namespace TinyNano.Inference
{
    /// <summary>What LSTM and GRU share: their first inputs and parameter, the walk over sequences, and the door checks.</summary>
    internal sealed class Sequence
    {
        internal const int X = 0;
        internal const int W = 1;
        internal const int R = 2;
        internal const int XBias = 3;
        internal const int RBias = 4;
        internal const int Mult = 5;
        internal const int Shift = 6;
        internal const int Table = 7;
        internal const int Y = 0;

        internal const int Flags = 0;

        private const int TimeMajor = 1;
        private const int Reverse = 2;
        private const int MostFlags = 7;

        internal int Batches;
        internal int Steps;
        internal int Depth;
        internal int Units;

        // Step t of sequence n begins at XFirst + n * XBatch + t * XStep in x, in y alike.
        internal int XFirst;
        internal int XBatch;
        internal int XStep;
        internal int YFirst;
        internal int YBatch;
        internal int YStep;

        /// <summary>The geometry of a checked operator with x at input 0 and y at output 0.</summary>
        internal void Set(StepContext step, int flags)
        {
            Tensor x = step.Inputs[X];
            bool timeMajor = (flags & TimeMajor) != 0;
            Batches = x.Dims[timeMajor ? 1 : 0];
            Steps = x.Dims[timeMajor ? 0 : 1];
            Depth = x.Dims[2];
            Units = step.Outputs[Y].Dims[2];
            XBatch = timeMajor ? Depth : Steps * Depth;
            XStep = timeMajor ? Batches * Depth : Depth;
            YBatch = timeMajor ? Units : Steps * Units;
            YStep = timeMajor ? Batches * Units : Units;
            XFirst = 0;
            YFirst = 0;
            if ((flags & Reverse) != 0)
            {
                XFirst = (Steps - 1) * XStep;
                YFirst = (Steps - 1) * YStep;
                XStep = -XStep;
                YStep = -YStep;
            }
        }

        /// <summary>The door check of inputs up to the table, of flags and of y, for so many gates; then sets the geometry.</summary>
        internal int Prepare(StepContext step, int inputs, int outputs, int gates)
        {
            if (!Door.Arity(step, inputs, outputs))
            {
                return InferenceStatus.Format;
            }

            int flags = step.Param(Flags);
            int status = Check(step, flags, gates);
            if (status != InferenceStatus.Ok)
            {
                return status;
            }

            Set(step, flags);
            int rows = gates * Units;
            return OptionalFits(step, XBias, ElementType.Int32, rows) && OptionalFits(step, RBias, ElementType.Int32, rows)
                && MultipliersFit(step, gates) && Door.NeedConstant(step, Table, ElementType.Int16, GateTable.Entries)
                ? InferenceStatus.Ok
                : InferenceStatus.Format;
        }

        /// <summary>An input and an output, both there, of this type, with a number for each unit of each sequence.</summary>
        internal bool StateFits(StepContext step, int input, int output, int elementType)
        {
            int count = Batches * Units;
            return Door.NeedIn(step, input, elementType, -1) && step.Inputs[input].Count == count
                && Door.NeedOut(step, output, elementType, -1) && step.Outputs[output].Count == count;
        }

        /// <summary>Input absent, or of this type with so many elements.</summary>
        internal static bool OptionalFits(StepContext step, int input, int elementType, int count)
        {
            return !step.Has(input) || (Door.NeedIn(step, input, elementType, -1) && step.Inputs[input].Count == count);
        }

        /// <summary>What a state begins with, where that is not the state itself.</summary>
        internal static void Begin(StepContext step, int input, int output)
        {
            Tensor from = step.Inputs[input];
            Tensor to = step.Outputs[output];
            if (from.Data != to.Data || from.Offset != to.Offset)
            {
                Array.Copy(from.Data, from.Offset, to.Data, to.Offset, from.Count * from.ElementBytes);
            }
        }

        // Shapes and types of x, w, r and y.
        private static int Check(StepContext step, int flags, int gates)
        {
            if (flags < 0 || flags > MostFlags || !step.Has(X) || !step.Has(W) || !step.Has(R))
            {
                return InferenceStatus.Format;
            }

            Tensor x = step.Inputs[X];
            Tensor w = step.Inputs[W];
            Tensor r = step.Inputs[R];
            int type = x.ElementType;
            int weights = type == ElementType.Float32 ? type : ElementType.Int8;
            int status = Door.OnlyInt8(type);
            if (status == InferenceStatus.Format || x.Rank != 3 || !Door.NeedIn(step, W, weights, 2) || !Door.NeedIn(step, R, weights, 2)
                || !Door.NeedOut(step, Y, type, 3))
            {
                return InferenceStatus.Format;
            }

            Tensor y = step.Outputs[Y];
            int units = y.Dims[2];
            return y.Dims[0] == x.Dims[0] && y.Dims[1] == x.Dims[1] && w.Dims[0] == Door.MulDims(gates, units) && w.Dims[1] == x.Dims[2]
                && r.Dims[0] == w.Dims[0] && r.Dims[1] == units
                ? status
                : InferenceStatus.Format;
        }

        // One multiplier and shift for each gate or for each row, first for x, then for h.
        private bool MultipliersFit(StepContext step, int gates)
        {
            if (!step.Has(Mult))
            {
                return false;
            }

            int count = step.Inputs[Mult].Count;
            return (count == 2 * gates || count == Door.MulDims(2 * gates, Units)) && Door.NeedMultipliers(step, Mult, Shift, count, 30);
        }
    }
}
