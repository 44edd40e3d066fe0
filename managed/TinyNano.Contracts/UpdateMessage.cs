namespace TinyNano.Contracts
{
    /// <summary>How far a device is with an update. Retained. Encoding allocates nothing.</summary>
    public sealed class UpdateMessage
    {
        public const int Version = 1;

        public const int SessionAt = 8;
        public const int StateAt = 12;
        public const int AttemptsAt = 13;
        public const int StatusAt = 14;
        public const int RolloutAt = 16;
        public const int ModelVersionAt = 20;
        public const int PartsStoredAt = 24;
        public const int PartsAt = 26;
        public const int BytesReceivedAt = 28;
        public const int BaseCrcAt = 32;
        public const int BaseBytesAt = 36;
        public const int CounterAt = 40;
        public const int ShadowSamplesAt = 44;
        public const int ShadowAgreedAt = 48;
        public const int FaultStepAt = 52;
        public const int FaultTensorAt = 54;
        public const int FixedBytes = 56;

        /// <summary>Step or tensor that is not known.</summary>
        public const int Unknown = 0xFFFF;

        public uint Sequence;

        /// <summary>Of the manifest, 0 for none.</summary>
        public uint Session;

        /// <summary>One of <see cref="UpdateState"/>.</summary>
        public int State;

        /// <summary>Starts of the device in this trial.</summary>
        public int Attempts;

        /// <summary>Why the candidate or manifest was refused or reverted, 0 for none.</summary>
        public int Status;
        public uint Rollout;
        public uint ModelVersion;

        /// <summary>Parts of the candidate that are stored, index included.</summary>
        public int PartsStored;
        public int Parts;

        /// <summary>Payload bytes of part messages.</summary>
        public uint BytesReceived;

        /// <summary>crc32 in the header of the active blob, 0 for none.</summary>
        public uint BaseCrc;
        public uint BaseBytes;

        /// <summary>The device's security counter.</summary>
        public uint Counter;

        /// <summary>Samples that the shadow has compared, and those that agreed.</summary>
        public uint ShadowSamples;
        public uint ShadowAgreed;

        /// <summary>Of a proof that failed; <see cref="Unknown"/> where it is not known.</summary>
        public int FaultStep = Unknown;
        public int FaultTensor = Unknown;

        /// <summary>Writes the message into at least <see cref="FixedBytes"/> bytes; returns as many.</summary>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.UpdateKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, SessionAt, Session);
            data[StateAt] = (byte)State;
            data[AttemptsAt] = (byte)(Attempts < 255 ? Attempts : 255);
            LittleEndian.PutUInt16(data, StatusAt, Status);
            LittleEndian.PutUInt32(data, RolloutAt, Rollout);
            LittleEndian.PutUInt32(data, ModelVersionAt, ModelVersion);
            LittleEndian.PutUInt16(data, PartsStoredAt, PartsStored);
            LittleEndian.PutUInt16(data, PartsAt, Parts);
            LittleEndian.PutUInt32(data, BytesReceivedAt, BytesReceived);
            LittleEndian.PutUInt32(data, BaseCrcAt, BaseCrc);
            LittleEndian.PutUInt32(data, BaseBytesAt, BaseBytes);
            LittleEndian.PutUInt32(data, CounterAt, Counter);
            LittleEndian.PutUInt32(data, ShadowSamplesAt, ShadowSamples);
            LittleEndian.PutUInt32(data, ShadowAgreedAt, ShadowAgreed);
            LittleEndian.PutUInt16(data, FaultStepAt, FaultStep);
            LittleEndian.PutUInt16(data, FaultTensorAt, FaultTensor);
            return FixedBytes;
        }

        /// <summary>Reads a message; false where it is none.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.UpdateKind, Version, FixedBytes))
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            Session = LittleEndian.GetUInt32(data, SessionAt);
            State = data[StateAt];
            Attempts = data[AttemptsAt];
            Status = LittleEndian.GetInt16(data, StatusAt);
            Rollout = LittleEndian.GetUInt32(data, RolloutAt);
            ModelVersion = LittleEndian.GetUInt32(data, ModelVersionAt);
            PartsStored = LittleEndian.GetUInt16(data, PartsStoredAt);
            Parts = LittleEndian.GetUInt16(data, PartsAt);
            BytesReceived = LittleEndian.GetUInt32(data, BytesReceivedAt);
            BaseCrc = LittleEndian.GetUInt32(data, BaseCrcAt);
            BaseBytes = LittleEndian.GetUInt32(data, BaseBytesAt);
            Counter = LittleEndian.GetUInt32(data, CounterAt);
            ShadowSamples = LittleEndian.GetUInt32(data, ShadowSamplesAt);
            ShadowAgreed = LittleEndian.GetUInt32(data, ShadowAgreedAt);
            FaultStep = LittleEndian.GetUInt16(data, FaultStepAt);
            FaultTensor = LittleEndian.GetUInt16(data, FaultTensorAt);
            return true;
        }
    }
}
