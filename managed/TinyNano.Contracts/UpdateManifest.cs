using System;

namespace TinyNano.Contracts
{
    /// <summary>
    /// What a publisher signs about a blob (docs/PROTOCOL.md, "Manifest"): its 256 bytes, read and written. Keys, hashes and signatures are
    /// bytes here; computing and checking them is others' business.
    /// </summary>
    public sealed class UpdateManifest
    {
        public const int Version = 1;

        /// <summary>"TNUM" as the file has it.</summary>
        public const uint Magic = 0x4D554E54;

        public const int MagicAt = 0;
        public const int VersionAt = 4;
        public const int KindAt = 5;
        public const int BytesAt = 6;
        public const int RolloutAt = 8;
        public const int IssuedAt = 12;
        public const int CounterAt = 16;
        public const int ModelVersionAt = 20;
        public const int BlobBytesAt = 24;
        public const int BlobCrcAt = 28;
        public const int ArenaBytesAt = 32;
        public const int ChunkBytesAt = 36;
        public const int ChunksAt = 38;
        public const int LatencyBudgetAt = 40;
        public const int HealthSecondsAt = 44;
        public const int ShadowEveryAt = 46;
        public const int ShadowSamplesAt = 48;
        public const int ShadowAgreementAt = 50;
        public const int TargetAt = 51;
        public const int KernelAbiAt = 52;
        public const int TypesAt = 54;
        public const int OperatorsAt = 56;
        public const int BlobHashAt = 72;
        public const int IndexRootAt = 104;
        public const int HardwareAt = 136;
        public const int ModelAt = 160;
        public const int KeyAt = 184;
        public const int SignatureAt = 192;
        public const int Bytes = 256;

        /// <summary>Bytes that are signed.</summary>
        public const int SignedBytes = SignatureAt;

        public const int OperatorBytes = 16;
        public const int HashBytes = 32;
        public const int TextBytes = 24;
        public const int KeyBytes = 8;
        public const int SignatureBytes = 64;

        /// <summary>Bytes of one chunk's hash in the index.</summary>
        public const int IndexEntryBytes = 16;

        public const int MinChunkBytes = 512;
        public const int MaxChunkBytes = 2048;

        /// <summary>One of <see cref="ManifestKind"/>.</summary>
        public int Kind = ManifestKind.Install;

        /// <summary>The publisher's number.</summary>
        public uint Rollout;

        /// <summary>Seconds since 1970.</summary>
        public uint Issued;

        /// <summary>Security counter.</summary>
        public uint Counter;
        public uint ModelVersion;
        public uint BlobBytes;

        /// <summary>crc32 in the header of the blob.</summary>
        public uint BlobCrc;
        public uint ArenaBytes;

        /// <summary>512, 1024 or 2048; 0 for kinds 2 and 3.</summary>
        public int ChunkBytes;

        /// <summary>Chunks of the blob.</summary>
        public int Chunks;

        /// <summary>Microseconds that the slowest golden vector may take; 0 for any.</summary>
        public uint LatencyBudget;

        /// <summary>Length of the trial.</summary>
        public int HealthSeconds;

        /// <summary>Samples from one comparison of the shadow to the next; 0 for no shadow.</summary>
        public int ShadowEvery;

        /// <summary>Samples that the shadow compares.</summary>
        public int ShadowSamples;

        /// <summary>Percent of them that must agree.</summary>
        public int ShadowAgreement;
        public int Target;
        public int KernelAbi;
        public int Types;

        /// <summary>UTF-8 of at most <see cref="TextBytes"/>; "" fits every device.</summary>
        public string Hardware = "";

        /// <summary>Name for people, UTF-8 of at most <see cref="TextBytes"/>.</summary>
        public string Model = "";

        /// <summary>As in the header of the blob.</summary>
        public readonly byte[] Operators = new byte[OperatorBytes];

        /// <summary>SHA-256 of the blob.</summary>
        public readonly byte[] BlobHash = new byte[HashBytes];

        /// <summary>SHA-256 of the index.</summary>
        public readonly byte[] IndexRoot = new byte[HashBytes];

        /// <summary>Names the public key.</summary>
        public readonly byte[] Key = new byte[KeyBytes];

        /// <summary>r and s, big-endian.</summary>
        public readonly byte[] Signature = new byte[SignatureBytes];

        /// <summary>Parts that are the index: its pages.</summary>
        public int Pages
        {
            get { return ChunkBytes == 0 ? 0 : (IndexEntryBytes * Chunks + ChunkBytes - 1) / ChunkBytes; }
        }

        /// <summary>All parts: the pages of the index and the chunks.</summary>
        public int Parts
        {
            get { return Pages + Chunks; }
        }

        /// <summary>Bytes of a part; 0 where there is none of that number.</summary>
        public int PartBytes(int part)
        {
            if (part < 0 || part >= Parts)
            {
                return 0;
            }

            long left = part < Pages
                ? (long)IndexEntryBytes * Chunks - (long)part * ChunkBytes
                : (long)BlobBytes - (long)(part - Pages) * ChunkBytes;
            return left > ChunkBytes ? ChunkBytes : (int)left;
        }

        /// <summary>Writes the manifest.</summary>
        /// <param name="data">At least <see cref="Bytes"/>.</param>
        /// <returns><see cref="Bytes"/>.</returns>
        /// <exception cref="ArgumentException">A text has more than <see cref="TextBytes"/> bytes.</exception>
        public int Encode(byte[] data)
        {
            LittleEndian.PutUInt32(data, MagicAt, Magic);
            data[VersionAt] = Version;
            data[KindAt] = (byte)Kind;
            LittleEndian.PutUInt16(data, BytesAt, Bytes);
            LittleEndian.PutUInt32(data, RolloutAt, Rollout);
            LittleEndian.PutUInt32(data, IssuedAt, Issued);
            LittleEndian.PutUInt32(data, CounterAt, Counter);
            LittleEndian.PutUInt32(data, ModelVersionAt, ModelVersion);
            LittleEndian.PutUInt32(data, BlobBytesAt, BlobBytes);
            LittleEndian.PutUInt32(data, BlobCrcAt, BlobCrc);
            LittleEndian.PutUInt32(data, ArenaBytesAt, ArenaBytes);
            LittleEndian.PutUInt16(data, ChunkBytesAt, ChunkBytes);
            LittleEndian.PutUInt16(data, ChunksAt, Chunks);
            LittleEndian.PutUInt32(data, LatencyBudgetAt, LatencyBudget);
            LittleEndian.PutUInt16(data, HealthSecondsAt, HealthSeconds);
            LittleEndian.PutUInt16(data, ShadowEveryAt, ShadowEvery);
            LittleEndian.PutUInt16(data, ShadowSamplesAt, ShadowSamples);
            data[ShadowAgreementAt] = (byte)ShadowAgreement;
            data[TargetAt] = (byte)Target;
            LittleEndian.PutUInt16(data, KernelAbiAt, KernelAbi);
            LittleEndian.PutUInt16(data, TypesAt, Types);
            Array.Copy(Operators, 0, data, OperatorsAt, OperatorBytes);
            Array.Copy(BlobHash, 0, data, BlobHashAt, HashBytes);
            Array.Copy(IndexRoot, 0, data, IndexRootAt, HashBytes);
            MessageText.PutPadded(data, HardwareAt, Hardware, TextBytes);
            MessageText.PutPadded(data, ModelAt, Model, TextBytes);
            Array.Copy(Key, 0, data, KeyAt, KeyBytes);
            Array.Copy(Signature, 0, data, SignatureAt, SignatureBytes);
            return Bytes;
        }

        /// <summary>
        /// Reads a manifest; false where magic, version, kind or lengths are not those of one (status -13). Says nothing of whether it may be
        /// trusted.
        /// </summary>
        public bool Decode(byte[] data, int length)
        {
            if (length != Bytes
                || LittleEndian.GetUInt32(data, MagicAt) != Magic
                || data[VersionAt] != Version
                || data[KindAt] < ManifestKind.Install
                || data[KindAt] > ManifestKind.Revoke
                || LittleEndian.GetUInt16(data, BytesAt) != Bytes)
            {
                return false;
            }

            Kind = data[KindAt];
            Rollout = LittleEndian.GetUInt32(data, RolloutAt);
            Issued = LittleEndian.GetUInt32(data, IssuedAt);
            Counter = LittleEndian.GetUInt32(data, CounterAt);
            ModelVersion = LittleEndian.GetUInt32(data, ModelVersionAt);
            BlobBytes = LittleEndian.GetUInt32(data, BlobBytesAt);
            BlobCrc = LittleEndian.GetUInt32(data, BlobCrcAt);
            ArenaBytes = LittleEndian.GetUInt32(data, ArenaBytesAt);
            ChunkBytes = LittleEndian.GetUInt16(data, ChunkBytesAt);
            Chunks = LittleEndian.GetUInt16(data, ChunksAt);
            LatencyBudget = LittleEndian.GetUInt32(data, LatencyBudgetAt);
            HealthSeconds = LittleEndian.GetUInt16(data, HealthSecondsAt);
            ShadowEvery = LittleEndian.GetUInt16(data, ShadowEveryAt);
            ShadowSamples = LittleEndian.GetUInt16(data, ShadowSamplesAt);
            ShadowAgreement = data[ShadowAgreementAt];
            Target = data[TargetAt];
            KernelAbi = LittleEndian.GetUInt16(data, KernelAbiAt);
            Types = LittleEndian.GetUInt16(data, TypesAt);
            Array.Copy(data, OperatorsAt, Operators, 0, OperatorBytes);
            Array.Copy(data, BlobHashAt, BlobHash, 0, HashBytes);
            Array.Copy(data, IndexRootAt, IndexRoot, 0, HashBytes);
            Array.Copy(data, KeyAt, Key, 0, KeyBytes);
            Array.Copy(data, SignatureAt, Signature, 0, SignatureBytes);
            return MessageText.GetPadded(data, HardwareAt, TextBytes, out Hardware)
                && MessageText.GetPadded(data, ModelAt, TextBytes, out Model)
                && (Kind == ManifestKind.Install ? HasParts() : HasNone(data));
        }

        private bool HasParts()
        {
            return (ChunkBytes == MinChunkBytes || ChunkBytes == 1024 || ChunkBytes == MaxChunkBytes)
                && BlobBytes > 0
                && (BlobBytes - 1) / (uint)ChunkBytes + 1 == Chunks;
        }

        // Reverts and revokes have nothing from the model's version to the operators, and no index.
        private static bool HasNone(byte[] data)
        {
            int bits = 0;
            for (int i = ModelVersionAt; i < BlobHashAt; i++)
            {
                bits |= data[i];
            }

            for (int i = IndexRootAt; i < HardwareAt; i++)
            {
                bits |= data[i];
            }

            return bits == 0;
        }
    }
}
