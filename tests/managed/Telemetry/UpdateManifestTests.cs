using System;
using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.TelemetryTests
{
    [TestClass]
    public class UpdateManifestTests
    {
        private static readonly byte[] Head = new byte[]
        {
            0x54, 0x4E, 0x55, 0x4D,
            1, 1, 0x00, 0x01,
            9, 0, 0, 0,
            0x00, 0x5E, 0x1E, 0x6A,
            3, 0, 0, 0,
            2, 0, 0, 0,
            0x01, 0xF0, 0, 0,
            0xEF, 0xBE, 0xAD, 0xDE,
            0x00, 0x40, 0, 0,
            0x00, 0x04, 61, 0,
            0x50, 0xC3, 0, 0,
            60, 0, 10, 0,
            200, 0, 95, 2,
            1, 0, 3, 0,
        };

        [TestMethod]
        public static void Encode_GivesExactBytes()
        {
            byte[] expected = Expected();
            byte[] data = new byte[UpdateManifest.Bytes];
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = 0xEE;
            }

            Assert.AreEqual(256, Sample().Encode(data));
            for (int i = 0; i < data.Length; i++)
            {
                Assert.AreEqual(expected[i], data[i], "byte " + i.ToString());
            }
        }

        [TestMethod]
        public static void Decode_ReadsEveryField()
        {
            UpdateManifest manifest = new UpdateManifest();
            Assert.IsTrue(manifest.Decode(Expected(), 256));
            Assert.AreEqual(ManifestKind.Install, manifest.Kind);
            Assert.AreEqual(9u, manifest.Rollout);
            Assert.AreEqual(0x6A1E5E00u, manifest.Issued);
            Assert.AreEqual(3u, manifest.Counter);
            Assert.AreEqual(2u, manifest.ModelVersion);
            Assert.AreEqual(61441u, manifest.BlobBytes);
            Assert.AreEqual(0xDEADBEEFu, manifest.BlobCrc);
            Assert.AreEqual(0x4000u, manifest.ArenaBytes);
            Assert.AreEqual(1024, manifest.ChunkBytes);
            Assert.AreEqual(61, manifest.Chunks);
            Assert.AreEqual(50000u, manifest.LatencyBudget);
            Assert.AreEqual(60, manifest.HealthSeconds);
            Assert.AreEqual(10, manifest.ShadowEvery);
            Assert.AreEqual(200, manifest.ShadowSamples);
            Assert.AreEqual(95, manifest.ShadowAgreement);
            Assert.AreEqual(2, manifest.Target);
            Assert.AreEqual(1, manifest.KernelAbi);
            Assert.AreEqual(3, manifest.Types);
            Assert.AreEqual("esp32-s3", manifest.Hardware);
            Assert.AreEqual("twenty-four-characters!!", manifest.Model);
            Assert.AreEqual((byte)56, manifest.Operators[0]);
            Assert.AreEqual((byte)103, manifest.BlobHash[31]);
            Assert.AreEqual((byte)104, manifest.IndexRoot[0]);
            Assert.AreEqual((byte)191, manifest.Key[7]);
            Assert.AreEqual((byte)255, manifest.Signature[63]);
        }

        [TestMethod]
        public static void Parts_AreTheIndexAndTheChunks()
        {
            UpdateManifest manifest = Sample();
            Assert.AreEqual(1, manifest.Pages);
            Assert.AreEqual(62, manifest.Parts);
            Assert.AreEqual(61 * 16, manifest.PartBytes(0));
            Assert.AreEqual(1024, manifest.PartBytes(1));
            Assert.AreEqual(1, manifest.PartBytes(61));
            Assert.AreEqual(0, manifest.PartBytes(62));
            Assert.AreEqual(0, manifest.PartBytes(-1));
            manifest.ChunkBytes = 512;
            manifest.Chunks = 121;
            Assert.AreEqual(4, manifest.Pages);
            Assert.AreEqual(512, manifest.PartBytes(2));
            Assert.AreEqual(121 * 16 - 3 * 512, manifest.PartBytes(3));
            Assert.AreEqual(1, manifest.PartBytes(124));
        }

        [TestMethod]
        [DataRow(0, 0x55)]
        [DataRow(4, 2)]
        [DataRow(5, 0)]
        [DataRow(5, 4)]
        [DataRow(6, 1)]
        [DataRow(36, 1)]
        [DataRow(38, 60)]
        [DataRow(38, 62)]
        [DataRow(24, 0)]
        [DataRow(5, 2)]
        [DataRow(145, 65)]
        public static void Decode_RefusesWhatIsNoManifest(int at, int value)
        {
            byte[] other = Expected();
            other[at] = (byte)value;
            Assert.IsFalse(new UpdateManifest().Decode(other, other.Length));
        }

        [TestMethod]
        public static void Decode_RefusesOtherLengths()
        {
            byte[] longer = new byte[257];
            Array.Copy(Expected(), longer, 256);
            for (int length = 0; length < longer.Length + 1; length++)
            {
                Assert.AreEqual(length == 256, new UpdateManifest().Decode(longer, length));
            }
        }

        [TestMethod]
        public static void Reverts_NameNoParts()
        {
            UpdateManifest manifest = new UpdateManifest();
            manifest.Kind = ManifestKind.Revert;
            byte[] data = new byte[UpdateManifest.Bytes];
            manifest.Encode(data);
            UpdateManifest read = new UpdateManifest();
            Assert.IsTrue(read.Decode(data, data.Length));
            Assert.AreEqual(0, read.Parts);
            data[UpdateManifest.OperatorsAt + 15] = 1;
            Assert.IsFalse(read.Decode(data, data.Length));
            data[UpdateManifest.OperatorsAt + 15] = 0;
            data[UpdateManifest.IndexRootAt + 31] = 1;
            Assert.IsFalse(read.Decode(data, data.Length));
        }

        [TestMethod]
        public static void LongTexts_AreNotCut()
        {
            UpdateManifest manifest = Sample();
            manifest.Hardware = "a name of twenty-five let";
            Assert.ThrowsException(typeof(ArgumentException), () => manifest.Encode(new byte[UpdateManifest.Bytes]));
        }

        private static byte[] Expected()
        {
            byte[] bytes = new byte[256];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)i;
            }

            Array.Copy(Head, bytes, Head.Length);
            PutText(bytes, 136, "esp32-s3");
            PutText(bytes, 160, "twenty-four-characters!!");
            return bytes;
        }

        private static void PutText(byte[] bytes, int at, string text)
        {
            for (int i = 0; i < 24; i++)
            {
                bytes[at + i] = i < text.Length ? (byte)text[i] : (byte)0;
            }
        }

        private static UpdateManifest Sample()
        {
            UpdateManifest manifest = new UpdateManifest();
            manifest.Rollout = 9;
            manifest.Issued = 0x6A1E5E00;
            manifest.Counter = 3;
            manifest.ModelVersion = 2;
            manifest.BlobBytes = 61441;
            manifest.BlobCrc = 0xDEADBEEF;
            manifest.ArenaBytes = 0x4000;
            manifest.ChunkBytes = 1024;
            manifest.Chunks = 61;
            manifest.LatencyBudget = 50000;
            manifest.HealthSeconds = 60;
            manifest.ShadowEvery = 10;
            manifest.ShadowSamples = 200;
            manifest.ShadowAgreement = 95;
            manifest.Target = 2;
            manifest.KernelAbi = 1;
            manifest.Types = 3;
            manifest.Hardware = "esp32-s3";
            manifest.Model = "twenty-four-characters!!";
            Count(manifest.Operators, 56);
            Count(manifest.BlobHash, 72);
            Count(manifest.IndexRoot, 104);
            Count(manifest.Key, 184);
            Count(manifest.Signature, 192);
            return manifest;
        }

        private static void Count(byte[] bytes, int from)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(from + i);
            }
        }
    }
}
