namespace TinyNano.Inference
{
    /// <summary>What an operator is given: its tensors by position, its parameters, its scratch.</summary>
    internal sealed class StepContext
    {
        /// <summary>Tensors of the inputs; those beyond <see cref="InputCount"/> mean nothing.</summary>
        internal Tensor[] Inputs;

        internal Tensor[] Outputs;

        internal int InputCount;

        internal int OutputCount;

        /// <summary>Whether an input is there; an absent one has a tensor object without meaning.</summary>
        internal bool[] Present;

        /// <summary>The blob, and where the parameters of this step begin in it.</summary>
        internal byte[] Blob;

        internal int ParamsAt;

        /// <summary>The arena, where the scratch begins in it, and its bytes (0: none).</summary>
        internal byte[] Arena;

        internal int ScratchAt;

        internal int ScratchBytes;

        /// <summary>Set by door checks: the position of the tensor to blame (inputs first, then outputs), or -1.</summary>
        internal int Blame;

        /// <summary>The runs of the step at hand, for operators that broadcast.</summary>
        internal readonly Broadcast Runs = new Broadcast();

        /// <summary>Numbers that an operator needs during one <see cref="Operator.Eval"/>; as many as door checks have reserved.</summary>
        internal int[] Work = new int[0];

        internal void ReserveWork(int count)
        {
            if (Work.Length < count)
            {
                Work = new int[count];
            }
        }

        internal bool Has(int input)
        {
            return input < InputCount && Present[input];
        }

        /// <summary>Parameter <paramref name="index"/>, counted from 0, as an int32.</summary>
        internal int Param(int index)
        {
            return Bytes.Int32(Blob, ParamsAt + (index << 2));
        }
    }
}
