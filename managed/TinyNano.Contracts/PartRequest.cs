namespace TinyNano.Contracts
{
    /// <summary>What a device asks the server for. Encoding allocates nothing.</summary>
    public sealed class PartRequest
    {
        public const int Version = 1;

        public const int SessionAt = 8;
        public const int BaseCrcAt = 12;
        public const int BaseBytesAt = 16;
        public const int FirstAt = 20;
        public const int FlagsAt = 22;
        public const int ReservedAt = 23;
        public const int WantedAt = 24;
        public const int FixedBytes = 28;

        /// <summary>Raw parts only, as a copy or patch did not come out.</summary>
        public const int RawFlag = 1;

        /// <summary>Parts that a device has under way at most.</summary>
        public const int MaxWindow = 4;

        public uint Sequence;
        public uint Session;

        /// <summary>crc32 in the header of the active blob, 0 for none.</summary>
        public uint BaseCrc;
        public uint BaseBytes;

        /// <summary>A part.</summary>
        public int First;
        public int Flags;

        /// <summary>Bit i: part <see cref="First"/> + i is wanted.</summary>
        public uint Wanted;

        /// <summary>Writes the message into at least <see cref="FixedBytes"/> bytes; returns as many.</summary>
        public int Encode(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.RequestKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, SessionAt, Session);
            LittleEndian.PutUInt32(data, BaseCrcAt, BaseCrc);
            LittleEndian.PutUInt32(data, BaseBytesAt, BaseBytes);
            LittleEndian.PutUInt16(data, FirstAt, First);
            data[FlagsAt] = (byte)Flags;
            data[ReservedAt] = 0;
            LittleEndian.PutUInt32(data, WantedAt, Wanted);
            return FixedBytes;
        }

        /// <summary>Reads a message; false where it is none.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.RequestKind, Version, FixedBytes))
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            Session = LittleEndian.GetUInt32(data, SessionAt);
            BaseCrc = LittleEndian.GetUInt32(data, BaseCrcAt);
            BaseBytes = LittleEndian.GetUInt32(data, BaseBytesAt);
            First = LittleEndian.GetUInt16(data, FirstAt);
            Flags = data[FlagsAt];
            Wanted = LittleEndian.GetUInt32(data, WantedAt);
            return true;
        }
    }
}
