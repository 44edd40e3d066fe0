using System;

namespace TinyNano.Inference
{
    /// <summary>The runtime said no. It carries numbers and no prose; <c>tinynano explain STATUS</c> has the sentence.</summary>
    public sealed class InferenceException : Exception
    {
        /// <summary><see cref="Step"/> and <see cref="Tensor"/> where they are not known.</summary>
        public const int Unknown = 0xFFFF;

        public InferenceException(int status)
            : this(status, Unknown, Unknown)
        {
        }

        public InferenceException(int status, int step, int tensor)
        {
            Status = status;
            Step = step;
            Tensor = tensor;
        }

        /// <summary>One of <see cref="InferenceStatus"/>.</summary>
        public int Status { get; }

        /// <summary>The step to blame, counted from 0.</summary>
        public int Step { get; }

        /// <summary>The tensor to blame, counted from 0.</summary>
        public int Tensor { get; }
    }
}
