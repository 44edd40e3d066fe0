using System.IO;
using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class ModelInstallerTests
    {
        private const int BlobBytes = 5000;

        [TestMethod]
        public static void NoModelAnywhere_GivesNone()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.IsNull(installer.Open());
            Assert.AreEqual(-1, installer.Slot);
            Assert.AreEqual(0, installer.FactoryStatus);
        }

        [TestMethod]
        public static void ConfirmedModel_IsProvenAndOpened()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(1, Blob(1, 0xABCD));
            StubEngines engines = new StubEngines();
            ModelInstaller installer = new ModelInstaller(slots, engines, TestStorage.Root);
            Model model = installer.Open();
            Assert.AreEqual(1, model.Version);
            Assert.AreEqual(1, installer.Slot);
            Assert.AreEqual(0xABCDu, installer.ModelCrc);
            Assert.AreEqual((uint)BlobBytes, installer.ModelBytes);
            Assert.AreEqual("StubEngine", installer.EngineName);
            Assert.AreEqual(2, engines.Last.Runs);
            Assert.AreEqual(0, slots.Erasures);
        }

        [TestMethod]
        public static void FactoryModelThatAnUpdateKeepsOut_IsTriedAgain()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(1, Blob(1, 0xABCD));
            slots.WritesLeft = 0;
            slots.WriteStatus = InferenceStatus.State;
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(2, 0x77));
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(1, installer.Open().Version);
            Assert.AreEqual(InferenceStatus.State, installer.FactoryStatus);
            slots.WritesLeft = -1;
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(0, installer.FactoryStatus);
        }

        [TestMethod]
        public static void FactoryModel_IsInstalledOnce()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            byte[] blob = Blob(2, 0x77);
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, blob);
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(0, slots.Active);
            byte[] stored = new byte[BlobBytes];
            slots.Read(0, 0, stored, 0, BlobBytes);
            Assert.IsTrue(stored.SequenceEqual(blob));
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(1, slots.Erasures);
            Assert.AreEqual(1, slots.Confirmations);
        }

        [TestMethod]
        public static void NewFactoryModel_GoesIntoTheOtherSlot()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(0, Blob(2, 0x77));
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(3, 0x78));
            Assert.AreEqual(3, new ModelInstaller(slots, new StubEngines(), TestStorage.Root).Open().Version);
            Assert.AreEqual(1, slots.Active);
        }

        [TestMethod]
        public static void UpdateOnItsWay_KeepsItsSlot()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(0, Blob(2, 0x77));
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(3, 0x78));
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            installer.IsUpdating = true;
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(0, slots.Erasures);

            // It waits for another start.
            Assert.AreEqual(3, new ModelInstaller(slots, new StubEngines(), TestStorage.Root).Open().Version);
        }

        [TestMethod]
        [DataRow(4, 5, 5)]
        [DataRow(5, 5, 5)]
        [DataRow(6, 5, 6)]
        public static void ConfirmedUpdate_GivesWayToAHigherVersionOnly(int factory, int active, int expected)
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(1, Blob(active, 0x77));
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(factory, 0x78));
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            installer.IsUpdated = true;
            Assert.AreEqual(expected, installer.Open().Version);
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(expected, installer.Open().Version);
        }

        [TestMethod]
        public static void InstalledFactoryModel_DoesNotUndoALaterUpdate()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(3, 0x78));
            new ModelInstaller(slots, new StubEngines(), TestStorage.Root).Open();
            slots.Preset(1, Blob(4, 0x79));
            Assert.AreEqual(4, new ModelInstaller(slots, new StubEngines(), TestStorage.Root).Open().Version);
            slots.Active = -1;
            Assert.AreEqual(3, new ModelInstaller(slots, new StubEngines(), TestStorage.Root).Open().Version);
        }

        [TestMethod]
        [DataRow(StubEngine.UnknownOperatorVersion, InferenceStatus.Op)]
        [DataRow(StubEngine.UnprovenVersion, InferenceStatus.Proof)]
        public static void BadFactoryModel_IsTriedOnceAndTheOldOneRuns(int version, int status)
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(0, Blob(2, 0x77));
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(version, 0x99));
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(status, installer.FactoryStatus);
            Assert.AreEqual(1, slots.Erasures);
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(2, installer.Open().Version);
            Assert.AreEqual(status, installer.FactoryStatus);
            Assert.AreEqual(1, slots.Erasures);
            Assert.AreEqual(0, slots.Confirmations);
        }

        [TestMethod]
        public static void FlashFault_IsTriedAgain()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.WritesLeft = 1;
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(5, 1));
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.IsNull(installer.Open());
            Assert.AreEqual(InferenceStatus.Flash, installer.FactoryStatus);
            slots.WritesLeft = -1;
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.AreEqual(5, installer.Open().Version);
        }

        [TestMethod]
        public static void FileThatIsNoBlobOrTooLarge_IsNotWritten()
        {
            Clean();
            FakeSlots slots = new FakeSlots(4096);
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, new byte[100]);
            ModelInstaller installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.IsNull(installer.Open());
            Assert.AreEqual(InferenceStatus.Format, installer.FactoryStatus);
            File.WriteAllBytes(TestStorage.Root + ModelInstaller.FactoryFile, Blob(5, 1));
            installer = new ModelInstaller(slots, new StubEngines(), TestStorage.Root);
            Assert.IsNull(installer.Open());
            Assert.AreEqual(InferenceStatus.Limit, installer.FactoryStatus);
            Assert.AreEqual(0, slots.Erasures);
        }

        [TestMethod]
        public static void ConfirmedModelThatFails_IsTold()
        {
            Clean();
            FakeSlots slots = new FakeSlots(8192);
            slots.Preset(0, Blob(StubEngine.UnprovenVersion, 1));
            StubEngines engines = new StubEngines();
            Assert.ThrowsException(typeof(InferenceException), () => { new ModelInstaller(slots, engines, TestStorage.Root).Open(); });
            Assert.IsTrue(engines.Last.IsDisposed);
            slots.Preset(0, Blob(StubEngine.UnknownOperatorVersion, 1));
            Assert.ThrowsException(typeof(InferenceException), () => { new ModelInstaller(slots, engines, TestStorage.Root).Open(); });
            Assert.IsTrue(engines.Last.IsDisposed);
        }

        [TestMethod]
        public static void Restarts_AreCounted()
        {
            Clean();
            RestartCounter counter = new RestartCounter(TestStorage.Root);
            Assert.AreEqual(0, counter.Read());
            Assert.AreEqual(1, counter.Count());
            Assert.AreEqual(2, new RestartCounter(TestStorage.Root).Count());
            Assert.AreEqual(2, counter.Read());
            File.WriteAllText(TestStorage.Root + "restarts.txt", "nonsense");
            Assert.AreEqual(1, counter.Count());
            Assert.AreEqual(1, new RestartCounter("Q:\\nowhere/at/all/").Count());
        }

        private static byte[] Blob(int version, int crc)
        {
            byte[] blob = new byte[BlobBytes];
            LittleEndian.PutUInt32(blob, 0, 0x424E4E54);
            LittleEndian.PutUInt32(blob, 8, BlobBytes);
            LittleEndian.PutUInt32(blob, 12, (uint)crc);
            LittleEndian.PutUInt32(blob, 24, (uint)version);
            for (int i = 64; i < blob.Length; i++)
            {
                blob[i] = (byte)(i * 7 + version);
            }

            return blob;
        }

        private static void Clean()
        {
            string[] files = new string[] { ModelInstaller.FactoryFile, "model.seen", "restarts.txt" };
            for (int i = 0; i < files.Length; i++)
            {
                if (File.Exists(TestStorage.Root + files[i]))
                {
                    File.Delete(TestStorage.Root + files[i]);
                }
            }
        }
    }
}
