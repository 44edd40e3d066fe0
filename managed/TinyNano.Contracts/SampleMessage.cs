using System;

namespace TinyNano.Contracts
{
    /// <summary>
    /// A part of an input that the model is not sure of, for labelling. An input may be longer than a message: parts of one sample have the
    /// same number, and each says where its bytes belong. Encoding allocates nothing.
    /// </summary>
    public sealed class SampleMessage
    {
        public const int Version = 1;

        public const int SampleAt = 8;
        public const int ModelCrcAt = 12;
        public const int TotalBytesAt = 16;
        public const int OffsetAt = 20;
        public const int ClassIndexAt = 24;
        public const int ConfidenceAt = 26;
        public const int EntropyAt = 28;
        public const int InputAt = 30;
        public const int ReasonsAt = 31;
        public const int RestartsAt = 32;
        public const int ElementTypeAt = 34;
        public const int ReservedAt = 35;
        public const int FixedBytes = 36;

        /// <summary>Bytes of an input in one message at most.</summary>
        public const int MaxDataBytes = MessageHeader.MaxMessageBytes - FixedBytes;

        /// <summary>Bytes of an input that is sent at all, so that a reader knows what it must hold.</summary>
        public const int MaxTotalBytes = 65536;

        /// <summary>What stands for 1 in <see cref="Confidence"/> and <see cref="Entropy"/>.</summary>
        public const int One = 32768;

        /// <summary>Bits of <see cref="Reasons"/>: the entropy was high, or the two largest probabilities were close.</summary>
        public const int EntropyReason = 1;
        public const int MarginReason = 2;

        public uint Sequence;

        /// <summary>Counts the samples since the start of the device.</summary>
        public uint Sample;

        /// <summary>Of the model that was not sure.</summary>
        public uint ModelCrc;

        /// <summary>Bytes of the whole input.</summary>
        public int TotalBytes;

        /// <summary>Where the first byte of the data belongs.</summary>
        public int Offset;

        /// <summary>What the model took it for.</summary>
        public int ClassIndex;

        /// <summary>Largest probability, and entropy divided by the logarithm of the number of classes; 0 .. <see cref="One"/>.</summary>
        public int Confidence;
        public int Entropy;

        /// <summary>Which of the model's inputs.</summary>
        public int Input;
        public int Reasons;

        /// <summary>Starts of the device so far.</summary>
        public int Restarts;

        /// <summary>As docs/SPEC.md numbers types; elements are little-endian.</summary>
        public int ElementType;

        /// <summary>Data of a message that was read; the first <see cref="DataBytes"/> count.</summary>
        public readonly byte[] Data = new byte[MaxDataBytes];

        /// <summary>Bytes of data in this message.</summary>
        public int DataBytes;

        /// <summary>Writes the message into at least <see cref="MessageHeader.MaxMessageBytes"/> bytes.</summary>
        /// <param name="data">Where to.</param>
        /// <param name="input">All bytes of the input; those from <see cref="Offset"/> on go, as many as there is room for.</param>
        /// <returns>Length of the message; <see cref="DataBytes"/> of them are the input's.</returns>
        public int Encode(byte[] data, byte[] input)
        {
            PutFields(data);
            Array.Copy(input, Offset, data, FixedBytes, DataBytes);
            return FixedBytes + DataBytes;
        }

        /// <summary>The same of an input of int8.</summary>
        public int Encode(byte[] data, sbyte[] input)
        {
            PutFields(data);
            for (int i = 0; i < DataBytes; i++)
            {
                data[FixedBytes + i] = (byte)input[Offset + i];
            }

            return FixedBytes + DataBytes;
        }

        /// <summary>Reads a message; false where it is none, or its data would not fit into the input.</summary>
        public bool Decode(byte[] data, int length)
        {
            if (!MessageHeader.IsReadable(data, length, MessageHeader.SampleKind, Version, FixedBytes))
            {
                return false;
            }

            int first = LittleEndian.GetUInt16(data, MessageHeader.FixedBytesAt);
            uint total = LittleEndian.GetUInt32(data, TotalBytesAt);
            uint offset = LittleEndian.GetUInt32(data, OffsetAt);
            int bytes = length - first;
            if (total > MaxTotalBytes || offset > total || bytes < 1 || bytes > MaxDataBytes || (uint)bytes > total - offset)
            {
                return false;
            }

            Sequence = LittleEndian.GetUInt32(data, MessageHeader.SequenceAt);
            Sample = LittleEndian.GetUInt32(data, SampleAt);
            ModelCrc = LittleEndian.GetUInt32(data, ModelCrcAt);
            TotalBytes = (int)total;
            Offset = (int)offset;
            ClassIndex = LittleEndian.GetUInt16(data, ClassIndexAt);
            Confidence = LittleEndian.GetUInt16(data, ConfidenceAt);
            Entropy = LittleEndian.GetUInt16(data, EntropyAt);
            Input = data[InputAt];
            Reasons = data[ReasonsAt];
            Restarts = LittleEndian.GetUInt16(data, RestartsAt);
            ElementType = data[ElementTypeAt];
            DataBytes = bytes;
            Array.Copy(data, first, Data, 0, bytes);
            return true;
        }

        private void PutFields(byte[] data)
        {
            MessageHeader.Put(data, MessageHeader.SampleKind, Version, FixedBytes, Sequence);
            LittleEndian.PutUInt32(data, SampleAt, Sample);
            LittleEndian.PutUInt32(data, ModelCrcAt, ModelCrc);
            LittleEndian.PutUInt32(data, TotalBytesAt, (uint)TotalBytes);
            LittleEndian.PutUInt32(data, OffsetAt, (uint)Offset);
            LittleEndian.PutUInt16(data, ClassIndexAt, ClassIndex);
            LittleEndian.PutUInt16(data, ConfidenceAt, Confidence);
            LittleEndian.PutUInt16(data, EntropyAt, Entropy);
            data[InputAt] = (byte)Input;
            data[ReasonsAt] = (byte)Reasons;
            LittleEndian.PutUInt16(data, RestartsAt, Restarts < 0xFFFF ? Restarts : 0xFFFF);
            data[ElementTypeAt] = (byte)ElementType;
            data[ReservedAt] = 0;
            int left = TotalBytes - Offset;
            DataBytes = left < MaxDataBytes ? left : MaxDataBytes;
        }
    }
}
