using System;

namespace TinyNano.Contracts
{
    /// <summary>
    /// A part of a blob on its way to a device. The data stays where they are: the message says where they begin in its bytes. Reading
    /// allocates nothing.
    /// </summary>
    public sealed class PartMessage
    {
        public const int Version = 1;

        public const int SessionAt = 8;
        public const int PartAt = 12;
        public const int EncodingAt = 14;
        public const int FlagsAt = 15;
        public const int Crc32At = 16;
        public const int FixedBytes = 20;

        /// <summary>Sent to a group.</summary>
        public const int GroupFlag = 1;

        /// <summary>Bytes of data that a message has at most: the largest chunk.</summary>
        public const int MaxDataBytes = 2048;

        /// <summary>Bytes that a part message of this version has at most.</summary>
        public const int MaxBytes = FixedBytes + MaxDataBytes;

        /// <summary>A run of <see cref="PartEncoding.Copies"/>: part u16, count u16, offset u32.</summary>
        public const int RunBytes = 8;
        public const int RunPart = 0;
        public const int RunCount = 2;
        public const int RunOffset = 4;

        public uint Session;

        /// <summary>Of the request; of a copies message the first of its runs.</summary>
        public int Part;

        /// <summary>One of <see cref="PartEncoding"/>.</summary>
        public int Encoding;
        public int Flags;

        /// <summary>CRC-32 of the data.</summary>
        public uint Crc;

        /// <summary>Where the data begin in the bytes that were decoded.</summary>
        public int DataAt { get; private set; }

        /// <summary>Bytes of data.</summary>
        public int DataBytes { get; private set; }

        /// <summary>Writes the message; <see cref="Crc"/>, <see cref="DataAt"/> and <see cref="DataBytes"/> become those of the data.</summary>
        /// <param name="data">Receives <see cref="FixedBytes"/> + <paramref name="count"/> bytes.</param>
        /// <param name="source">Holds the data; may be null where there are none.</param>
        /// <param name="start">Where they begin.</param>
        /// <param name="count">At most <see cref="MaxDataBytes"/>.</param>
        /// <returns>Bytes of the message.</returns>
        public int Encode(byte[] data, byte[] source, int start, int count)
        {
            MessageHeader.Put(data, MessageHeader.PartKind, Version, FixedBytes, 0);
            LittleEndian.PutUInt32(data, SessionAt, Session);
            LittleEndian.PutUInt16(data, PartAt, Part);
            data[EncodingAt] = (byte)Encoding;
            data[FlagsAt] = (byte)Flags;
            if (count > 0)
            {
                Array.Copy(source, start, data, FixedBytes, count);
            }

            DataAt = FixedBytes;
            DataBytes = count;
            Crc = Crc32.Of(data, FixedBytes, count);
            LittleEndian.PutUInt32(data, Crc32At, Crc);
            return FixedBytes + count;
        }

        /// <summary>Reads a message; false where it is none. Whether the data are whole is for <see cref="IsWhole"/>.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.PartKind, Version, FixedBytes))
            {
                return false;
            }

            DataAt = LittleEndian.GetUInt16(data, MessageHeader.FixedBytesAt);
            DataBytes = length - DataAt;
            Session = LittleEndian.GetUInt32(data, SessionAt);
            Part = LittleEndian.GetUInt16(data, PartAt);
            Encoding = data[EncodingAt];
            Flags = data[FlagsAt];
            Crc = LittleEndian.GetUInt32(data, Crc32At);
            return DataBytes <= MaxDataBytes;
        }

        /// <summary>Whether the data of the message that was decoded are those that were sent.</summary>
        public bool IsWhole(byte[] data)
        {
            return Crc32.Of(data, DataAt, DataBytes) == Crc;
        }

        /// <summary>The status of a message that refuses; 0 where it has none.</summary>
        public int Status(byte[] data)
        {
            return Encoding == PartEncoding.Refused && DataBytes >= 2 ? LittleEndian.GetInt16(data, DataAt) : 0;
        }
    }
}
