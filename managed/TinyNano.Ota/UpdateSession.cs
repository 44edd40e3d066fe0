namespace TinyNano.Ota
{
    /// <summary>What an <see cref="IUpdateProvider"/> knows of its candidate. One object is filled again and again.</summary>
    public sealed class UpdateSession
    {
        /// <summary>Fields of <see cref="Set"/>.</summary>
        public const int Fields = 22;

        /// <summary>One of <see cref="Contracts.UpdateState"/>; a shadow is nothing that is stored.</summary>
        public int State;

        /// <summary>Why the candidate was refused or reverted, 0 for none.</summary>
        public int Status;

        /// <summary>Of the manifest, 0 for none.</summary>
        public uint Number;
        public uint Rollout;
        public uint ModelVersion;
        public int Parts;
        public int PartsStored;

        /// <summary>Parts that are the index.</summary>
        public int Pages;
        public int ChunkBytes;

        /// <summary>Slot of the candidate; -1 where there is none.</summary>
        public int Slot = -1;

        /// <summary>Security counter of the device.</summary>
        public uint Counter;

        /// <summary>Microseconds that the slowest golden vector may take; 0 for any.</summary>
        public uint LatencyBudget;
        public int HealthSeconds;

        /// <summary>Starts of the device in this trial.</summary>
        public int Attempts;

        /// <summary>crc32 and bytes of the active blob, 0 for none.</summary>
        public uint BaseCrc;
        public uint BaseBytes;
        public int ShadowEvery;
        public int ShadowSamples;

        /// <summary>Percent of the samples that must agree.</summary>
        public int ShadowAgreement;

        /// <summary>One of <see cref="Contracts.ManifestKind"/>.</summary>
        public int Kind;

        /// <summary>Seconds since 1970 below which no manifest is accepted.</summary>
        public uint Issued;
        public uint BlobBytes;

        /// <summary>Takes over the fields as the firmware numbers them.</summary>
        /// <param name="fields">At least <see cref="Fields"/>.</param>
        public void Set(int[] fields)
        {
            State = fields[0];
            Status = fields[1];
            Number = (uint)fields[2];
            Rollout = (uint)fields[3];
            ModelVersion = (uint)fields[4];
            Parts = fields[5];
            PartsStored = fields[6];
            Pages = fields[7];
            ChunkBytes = fields[8];
            Slot = fields[9];
            Counter = (uint)fields[10];
            LatencyBudget = (uint)fields[11];
            HealthSeconds = fields[12];
            Attempts = fields[13];
            BaseCrc = (uint)fields[14];
            BaseBytes = (uint)fields[15];
            ShadowEvery = fields[16];
            ShadowSamples = fields[17];
            ShadowAgreement = fields[18];
            Kind = fields[19];
            Issued = (uint)fields[20];
            BlobBytes = (uint)fields[21];
        }
    }
}
