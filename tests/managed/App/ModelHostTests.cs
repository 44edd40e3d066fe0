using System;
using nanoFramework.TestFramework;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace NFUnitTest.AppTests
{
    [TestClass]
    public class ModelHostTests
    {
        [TestMethod]
        public static void Proof_RunsBesideTheModel()
        {
            FakeSlots slots = Slots(2);
            StubEngines engines = new StubEngines();
            ModelHost host = Host(slots, engines);
            Model model = host.Model;
            Assert.AreEqual(0, host.Prove(1, 0));
            Assert.AreEqual(2, engines.Last.Runs);
            Assert.IsTrue(engines.Last.IsDisposed);
            Assert.IsTrue(model == host.Model);
            Assert.IsFalse(host.HasChanged);

            // The stub's runs take 100 us.
            Assert.AreEqual(0, host.Prove(1, 100));
            Assert.AreEqual(InferenceStatus.Latency, host.Prove(1, 99));
        }

        [TestMethod]
        public static void ProofThatFails_SaysWhy()
        {
            StubEngines engines = new StubEngines();
            ModelHost host = Host(Slots(StubEngine.UnprovenVersion), engines);
            Assert.AreEqual(InferenceStatus.Proof, host.Prove(1, 0));
            Assert.AreEqual(0xFFFF, host.FaultStep);
            host = Host(Slots(StubEngine.UnknownOperatorVersion), engines);
            Assert.AreEqual(InferenceStatus.Op, host.Prove(1, 0));
            Assert.AreEqual(3, host.FaultStep);
            Assert.AreEqual(5, host.FaultTensor);
            Assert.IsTrue(engines.Last.IsDisposed);
        }

        [TestMethod]
        public static void ProofWithoutMemory_OpensTheModelAgain()
        {
            StubEngines engines = new StubEngines();
            ModelHost host = Host(Slots(2), engines);
            engines.Room = 1;
            engines.ThrowsAt = engines.Created + 2;
            Assert.ThrowsException(typeof(OutOfMemoryException), () => host.Prove(1, 0));
            Assert.IsNotNull(host.Model);
            Assert.AreEqual(1, host.Model.Version);
            Assert.IsTrue(host.HasChanged);
        }

        [TestMethod]
        public static void ArenaForOne_ClosesTheModelForTheProof()
        {
            FakeSlots slots = Slots(2);
            StubEngines engines = new StubEngines();
            ModelHost host = Host(slots, engines);
            Model model = host.Model;
            engines.Room = 1;
            Assert.AreEqual(0, host.Prove(1, 0));
            Assert.IsFalse(model == host.Model);
            Assert.AreEqual(1, host.Model.Version);
            Assert.IsTrue(host.HasChanged);
            Assert.AreEqual(1, engines.Open);
            engines.Room = 0;
            Assert.AreEqual(InferenceStatus.Arena, host.Prove(1, 0));
            Assert.IsNull(host.Model);
        }

        [TestMethod]
        public static void Reload_TakesTheActiveSlot()
        {
            FakeSlots slots = Slots(2);
            ModelHost host = Host(slots, new StubEngines());
            host.TakeChange();
            slots.Active = 1;
            Assert.AreEqual(0, host.Reload());
            Assert.AreEqual(2, host.Model.Version);
            Assert.IsTrue(host.HasChanged);
            StateMessage state = new StateMessage();
            host.Describe(state);
            Assert.AreEqual(1, state.Slot);
            Assert.AreEqual(2u, state.ModelVersion);
            Assert.AreEqual(0x22u, state.ModelCrc);
            slots.Active = -1;
            Assert.AreEqual(InferenceStatus.Empty, host.Reload());
            Assert.IsNull(host.Model);
        }

        [TestMethod]
        public static void Shadow_ComparesEveryNth()
        {
            StubEngines engines = new StubEngines();
            engines.Elements = 3;
            ModelHost host = Host(Slots(2), engines);
            Assert.AreEqual(0, host.OpenShadow(1, 3));
            ResultMessage result = new ResultMessage();
            result.ClassIndex = 1;
            sbyte[] input = new sbyte[] { 1, 5, 2 };
            for (int i = 1; i <= 9; i++)
            {
                // The stub's output is its input: class 1, then class 2.
                input[2] = (sbyte)(i > 6 ? 9 : 2);
                host.Compare(input, result);
                Assert.AreEqual(i / 3, host.ShadowSamples);
            }

            Assert.AreEqual(2, host.ShadowAgreed);
            host.CloseShadow();
            host.Compare(input, result);
            Assert.AreEqual(3, host.ShadowSamples);
        }

        [TestMethod]
        [DataRow(100, 109, 1)]
        [DataRow(100, 112, 0)]
        [DataRow(-100, -91, 1)]
        [DataRow(-100, -88, 0)]
        [DataRow(0, 0, 1)]
        [DataRow(0, 1, 0)]
        public static void ShadowOfASingleOutput_MayDifferByATenth(int model, int candidate, int agreed)
        {
            StubEngines engines = new StubEngines();
            ModelHost host = Host(Slots(2), engines);
            Assert.AreEqual(0, host.OpenShadow(1, 1));
            ResultMessage result = new ResultMessage();
            result.ClassIndex = ResultMessage.NoClass;
            result.Score = model;
            host.Compare(new sbyte[] { (sbyte)candidate }, result);
            Assert.AreEqual(1, host.ShadowSamples);
            Assert.AreEqual(agreed, host.ShadowAgreed);
        }

        [TestMethod]
        public static void ShadowOfOtherSamples_IsRefused()
        {
            StubEngines engines = new StubEngines();
            ModelHost host = Host(Slots(2), engines);
            engines.Elements = 4;
            Assert.AreEqual(InferenceStatus.Arg, host.OpenShadow(1, 1));
            Assert.IsNull(host.Shadow);
            Assert.AreEqual(1, engines.Open);
        }

        [TestMethod]
        public static void ShadowOfNoModel_HasNothingToCompare()
        {
            FakeSlots slots = new FakeSlots(128);
            ModelHost host = new ModelHost(slots, new StubEngines(), null, new InferenceHealth(1, 0, 0));
            Assert.AreEqual(1, host.OpenShadow(1, 1));
        }

        private static FakeSlots Slots(int candidateVersion)
        {
            FakeSlots slots = new FakeSlots(128);
            slots.Preset(1, Blob(candidateVersion));
            slots.Preset(0, Blob(1));
            return slots;
        }

        private static ModelHost Host(FakeSlots slots, StubEngines engines)
        {
            ModelHost host = new ModelHost(slots, engines, null, new InferenceHealth(1, 0, 0));
            Assert.AreEqual(0, host.Reload());
            host.TakeChange();
            return host;
        }

        private static byte[] Blob(int version)
        {
            byte[] blob = new byte[100];
            blob[0] = 0x54;
            blob[1] = 0x4E;
            blob[2] = 0x4E;
            blob[3] = 0x42;
            blob[8] = 100;
            blob[12] = (byte)(version * 0x11);
            blob[24] = (byte)version;
            return blob;
        }
    }
}
