namespace TinyNano.Contracts
{
    /// <summary>The first eight bytes of every binary message (docs/PROTOCOL.md).</summary>
    public static class MessageHeader
    {
        public const int KindAt = 0;
        public const int VersionAt = 1;
        public const int FixedBytesAt = 2;
        public const int SequenceAt = 4;
        public const int Bytes = 8;

        /// <summary>Bytes that a message has at most, parts of models apart (<see cref="PartMessage.MaxBytes"/>).</summary>
        public const int MaxMessageBytes = 200;

        public const int StateKind = 1;
        public const int ResultKind = 2;
        public const int TelemetryKind = 3;
        public const int UpdateKind = 4;
        public const int RequestKind = 5;
        public const int HealthKind = 6;
        public const int SampleKind = 7;
        public const int PartKind = 16;

        internal static void Put(byte[] data, int kind, int version, int fixedBytes, uint sequence)
        {
            data[KindAt] = (byte)kind;
            data[VersionAt] = (byte)version;
            LittleEndian.PutUInt16(data, FixedBytesAt, fixedBytes);
            LittleEndian.PutUInt32(data, SequenceAt, sequence);
        }

        /// <summary>
        /// Whether a message is of a kind and version and has at least the fields that this reader knows. Fields that a newer writer put
        /// behind them are skipped.
        /// </summary>
        internal static bool IsReadable(byte[] data, int length, int kind, int version, int fixedBytes)
        {
            return length >= Bytes
                && data[KindAt] == kind
                && data[VersionAt] == version
                && LittleEndian.GetUInt16(data, FixedBytesAt) >= fixedBytes
                && LittleEndian.GetUInt16(data, FixedBytesAt) <= length;
        }
    }
}
