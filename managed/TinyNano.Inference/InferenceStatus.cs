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

        /// <summary>Manifest is malformed.</summary>
        public const int Manifest = -13;

        /// <summary>Key of the manifest is not in the firmware.</summary>
        public const int Key = -14;

        /// <summary>Key of the manifest has been revoked.</summary>
        public const int Revoked = -15;

        /// <summary>Signature of the manifest is wrong.</summary>
        public const int Signature = -16;

        /// <summary>Security counter is below the device's.</summary>
        public const int Counter = -17;

        /// <summary>Manifest was issued before the one that the device accepted last.</summary>
        public const int Stale = -18;

        /// <summary>Manifest is for another hardware class.</summary>
        public const int Hardware = -19;

        /// <summary>Blob does not fit the slot.</summary>
        public const int Size = -20;

        /// <summary>Stored bytes are not those that were signed.</summary>
        public const int Hash = -21;

        /// <summary>Header of the blob says otherwise than the manifest.</summary>
        public const int Mismatch = -22;

        /// <summary>Proof took longer than the manifest allows.</summary>
        public const int Latency = -23;

        /// <summary>Candidate failed its trial.</summary>
        public const int Health = -24;

        /// <summary>Device restarted too often during the trial.</summary>
        public const int Restarts = -25;

        /// <summary>Publisher has withdrawn the model.</summary>
        public const int Withdrawn = -26;

        /// <summary>Not possible in this state of the update.</summary>
        public const int State = -27;

        /// <summary>Server did not answer.</summary>
        public const int Timeout = -28;

        /// <summary>Firmware cannot verify signatures.</summary>
        public const int Crypto = -29;

        /// <summary>Candidate disagreed with the confirmed model too often.</summary>
        public const int Shadow = -30;
    }
}
