using nanoFramework.TestFramework;
using TinyNano.Contracts;

namespace NFUnitTest.OtaTests
{
    [TestClass]
    public class PowerLossTests
    {
        /// <summary>The power goes at each change of the store in turn, once before it is made and once after; the update still comes to its end.</summary>
        [TestMethod]
        [DataRow(false)]
        [DataRow(true)]
        public static void EveryCut_LeavesAModelAndTheUpdateGoesOn(bool isMade)
        {
            UpdateManifest manifest = Rig.Manifest(2, 12);
            FakeFlash whole = new FakeFlash();
            Assert.AreEqual(0, RunUntilCut(whole, manifest));
            Assert.AreEqual(UpdateState.Confirmed, whole.State);
            int changes = whole.Changes;
            Assert.AreEqual(manifest.Parts + 4, changes);
            for (int cut = 0; cut < changes; cut++)
            {
                FakeFlash flash = new FakeFlash();
                flash.ChangesLeft = cut;
                flash.LastChangeIsMade = isMade;
                Assert.AreEqual(1, RunUntilCut(flash, manifest), "cut " + cut.ToString());
                Assert.IsTrue(flash.Confirmed == 1 || flash.State == UpdateState.Confirmed, "cut " + cut.ToString());
                flash.ChangesLeft = -1;
                Assert.AreEqual(0, RunUntilCut(flash, manifest));
                Assert.AreEqual(UpdateState.Confirmed, flash.State, "cut " + cut.ToString());
                Assert.AreEqual(2u, flash.Active, "cut " + cut.ToString());
            }
        }

        /// <summary>The same for a model that is reverted in its trial.</summary>
        [TestMethod]
        [DataRow(false)]
        [DataRow(true)]
        public static void EveryCutOfAnUpdateThatFails_LeavesTheModelBefore(bool isMade)
        {
            UpdateManifest manifest = Rig.Manifest(2, 3);
            int changes = manifest.Parts + 4;
            for (int cut = 0; cut < changes; cut++)
            {
                FakeFlash flash = new FakeFlash();
                flash.ChangesLeft = cut;
                flash.LastChangeIsMade = isMade;
                Fail(flash, manifest);
                flash.ChangesLeft = -1;
                Fail(flash, manifest);
                Assert.AreEqual(UpdateState.Reverted, flash.State, "cut " + cut.ToString());
                Assert.AreEqual(1u, flash.Active, "cut " + cut.ToString());
            }
        }

        // Returns 1 where the power went.
        private static int RunUntilCut(FakeFlash flash, UpdateManifest manifest)
        {
            try
            {
                Rig rig = new Rig(flash);
                rig.Tick(0);
                rig.Offer(manifest);
                rig.ServeAll(manifest);
                rig.Infer(11);
                return 0;
            }
            catch (PowerLossException)
            {
                return 1;
            }
        }

        private static void Fail(FakeFlash flash, UpdateManifest manifest)
        {
            try
            {
                Rig rig = new Rig(flash);
                rig.Tick(0);
                rig.Offer(manifest);
                rig.ServeAll(manifest);
                rig.Host.Trial.RecordFailure();
                rig.Tick(10);
            }
            catch (PowerLossException)
            {
            }
        }
    }
}
