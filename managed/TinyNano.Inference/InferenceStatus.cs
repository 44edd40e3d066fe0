namespace TinyNano.Inference
{
    /// <summary>Status codes, as in docs/SPEC.md.</summary>
    public static class InferenceStatus
    {
        /// <summary>Success.</summary>
        public const int Ok = 0;

        /// <summary>The caller broke the API contract.</summary>
        public const int Arg = -1;

        /// <summary>Structure out of bounds or out of order.</summary>
        public const int Format = -2;

        /// <summary>Blob version or kernel ABI unknown to this runtime.</summary>
        public const int Version = -3;

        /// <summary>Bytes changed after emission.</summary>
        public const int Checksum = -4;

        /// <summary>Operator not in this image.</summary>
        public const int Op = -5;

        /// <summary>Valid, but beyond a build limit.</summary>
        public const int Limit = -6;

        /// <summary>Arena too small or misaligned.</summary>
        public const int Arena = -7;

        /// <summary>Operator in this image, but not for these element types.</summary>
        public const int Type = -8;

        /// <summary>Golden vectors of the blob do not come out on this device.</summary>
        public const int Proof = -9;

        /// <summary>No model in the slot.</summary>
        public const int Empty = -10;

        /// <summary>The flash refused an erase or a write.</summary>
        public const int Flash = -11;

        /// <summary>Blob packed for another target.</summary>
        public const int Target = -12;
    }
}
