using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    [TestClass]
    public class ModelUpdaterTests
    {
        [TestMethod]
        public static void Manifest_IsFetchedProvenTriedAndConfirmed()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 40);
            rig.Tick(0);
            Assert.AreEqual(4, rig.Bus.Subscribed);
            Assert.AreEqual(UpdateState.Empty, rig.Bus.Update.State);
            rig.Offer(manifest);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Receiving, rig.Bus.Update.State);

            // Each part once, the index first.
            Assert.AreEqual(manifest.Parts, rig.ServeAll(manifest));
            Assert.AreEqual(manifest.Parts, rig.Store.StoredParts);
            Assert.AreEqual(1, rig.Host.Proofs);
            Assert.AreEqual(UpdateState.Trial, rig.Bus.Update.State);
            Assert.AreEqual(2u, rig.Host.Running);
            rig.Infer(9);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
            rig.Infer(2);
            Assert.AreEqual(UpdateState.Confirmed, rig.Bus.Update.State);
            Assert.AreEqual(0, rig.Bus.Update.Status);
            Assert.AreEqual(102u, rig.Bus.Update.Rollout);
            Assert.AreEqual(2u, rig.Bus.Update.ModelVersion);
            Assert.AreEqual(2u, rig.Flash.Confirmed);
            Assert.AreEqual(manifest.Parts, rig.Bus.Update.PartsStored);
            int bytes = (int)manifest.BlobBytes + 16 * manifest.Chunks + manifest.Parts * PartMessage.FixedBytes;
            Assert.AreEqual((uint)bytes, rig.Bus.Update.BytesReceived);

            // One request for two parts, and ten reports of progress.
            Assert.IsTrue(rig.Bus.Requests <= manifest.Parts / 2 + 3, rig.Bus.Requests.ToString());
            Assert.IsTrue(rig.Bus.Updates <= 16, rig.Bus.Updates.ToString());
        }

        [TestMethod]
        public static void SameManifestAgain_ChangesNothing()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            rig.Tick(0);
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            rig.Infer(11);
            Assert.AreEqual(UpdateState.Confirmed, rig.Updater.State);
            rig.Offer(manifest);
            rig.Tick(10);
            Assert.AreEqual(1, rig.Store.Checks);
            Assert.AreEqual(UpdateState.Confirmed, rig.Updater.State);

            Rig after = new Rig(rig.Flash);
            after.Offer(manifest);
            after.Tick(0);
            Assert.AreEqual(UpdateState.Confirmed, after.Updater.State);
            Assert.AreEqual(0, after.Store.Begun);
        }

        [TestMethod]
        public static void HostWithoutMemory_EndsCandidateOrTrial()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            rig.Tick(0);
            rig.Host.ProveThrows = true;
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Health, rig.Bus.Update.Status);

            manifest = Rig.Manifest(3, 4);
            rig.Host.ProveThrows = false;
            rig.Host.ReloadThrows = true;
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(1, rig.Store.Activations);
            Assert.AreEqual(UpdateState.Reverted, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Health, rig.Bus.Update.Status);
        }

        [TestMethod]
        public static void BadSignature_IsRefusedOnceAndDisturbsNothing()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest bad = Rig.Manifest(3, 4);
            bad.Signature[0] = 9;
            rig.Tick(0);
            rig.Offer(bad);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Signature, rig.Bus.Update.Status);
            Assert.AreEqual(103u, rig.Bus.Update.Rollout);
            Assert.AreEqual(SessionNumber.Of(Rig.Bytes(bad)), rig.Bus.Update.Session);
            rig.Offer(bad);
            rig.Tick(10);
            Assert.AreEqual(1, rig.Store.Checks);

            UpdateManifest good = Rig.Manifest(2, 4);
            rig.Offer(good);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            bad.Rollout = 7;
            rig.Offer(bad);
            int updates = rig.Bus.Updates;
            rig.Tick(10);

            // The refusal, and then what the device goes on with.
            Assert.AreEqual(updates + 2, rig.Bus.Updates);
            Assert.AreEqual(UpdateState.Receiving, rig.Bus.Update.State);
            Assert.AreEqual(good.Parts, rig.ServeAll(good));
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
        }

        [TestMethod]
        [DataRow(InferenceStatus.Proof)]
        [DataRow(InferenceStatus.Latency)]
        [DataRow(InferenceStatus.Arena)]
        public static void FailedProof_IsRefusedWithItsStatus(int status)
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            rig.Host.ProveStatus = status;
            rig.Host.FaultStep = 3;
            rig.Tick(0);
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(status, rig.Bus.Update.Status);
            Assert.AreEqual(3, rig.Bus.Update.FaultStep);
            Assert.AreEqual(0, rig.Store.Activations);
            Assert.AreEqual(1u, rig.Flash.Active);
            rig.Offer(manifest);
            rig.Tick(10);
            Assert.AreEqual(1, rig.Host.Proofs);
        }

        [TestMethod]
        [DataRow(95, UpdateState.Trial, 0)]
        [DataRow(94, UpdateState.Refused, InferenceStatus.Shadow)]
        public static void Shadow_DecidesByItsPercentage(int agreed, int state, int status)
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            manifest.ShadowEvery = 2;
            manifest.ShadowSamples = 100;
            manifest.ShadowAgreement = 95;
            rig.Tick(0);
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Shadow, rig.Bus.Update.State);
            Assert.IsTrue(rig.Host.HasShadow);
            rig.Host.ShadowSamples = 99;
            rig.Host.ShadowAgreed = agreed;
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Shadow, rig.Updater.State);
            rig.Host.ShadowSamples = 100;
            rig.Tick(10);
            Assert.AreEqual(state, rig.Bus.Update.State);
            Assert.AreEqual(status, rig.Bus.Update.Status);
            Assert.AreEqual(100u, rig.Bus.Update.ShadowSamples);
            Assert.AreEqual((uint)agreed, rig.Bus.Update.ShadowAgreed);
            Assert.IsFalse(rig.Host.HasShadow);
        }

        [TestMethod]
        public static void SilentModelOnTrial_IsReverted()
        {
            Rig rig = InTrial();
            rig.Tick(29000);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
            rig.Tick(2000);
            Assert.AreEqual(UpdateState.Reverted, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Health, rig.Bus.Update.Status);
            Assert.AreEqual(1u, rig.Host.Running);
        }

        [TestMethod]
        public static void ModelThatCannotBeOpened_IsReverted()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            rig.Host.ReloadStatus = InferenceStatus.Arena;
            rig.Tick(0);
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Reverted, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Health, rig.Bus.Update.Status);
            Assert.AreEqual(1u, rig.Host.Running);
        }

        [TestMethod]
        public static void RestartsInTrial_AreCountedAndRevert()
        {
            FakeFlash flash = InTrial().Flash;
            for (int i = 1; i <= FakeStore.MaxAttempts; i++)
            {
                Rig again = new Rig(flash);
                again.Tick(0);
                Assert.AreEqual(UpdateState.Trial, again.Bus.Update.State);
                Assert.AreEqual(i, again.Bus.Update.Attempts);
            }

            Rig last = new Rig(flash);
            last.Tick(0);
            Assert.AreEqual(UpdateState.Reverted, last.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Restarts, last.Bus.Update.Status);
            Assert.AreEqual(1u, flash.Active);
        }

        [TestMethod]
        public static void TrialAfterARestart_IsConfirmedInTheEnd()
        {
            Rig rig = new Rig(InTrial().Flash);
            rig.Tick(0);
            rig.Infer(11);
            Assert.AreEqual(UpdateState.Confirmed, rig.Updater.State);
        }

        [TestMethod]
        public static void FlashThatRefusesToConfirm_IsAskedAgainLater()
        {
            Rig rig = InTrial();
            rig.Store.ConfirmStatus = InferenceStatus.Flash;
            rig.Infer(15);
            Assert.AreEqual(UpdateState.Trial, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Flash, rig.Bus.Update.Status);
            rig.Store.ConfirmStatus = 0;
            rig.Infer(11);
            Assert.AreEqual(UpdateState.Confirmed, rig.Bus.Update.State);
        }

        [TestMethod]
        public static void WithdrawnManifest_GivesUpWhatIsNotConfirmed()
        {
            Rig rig = new Rig(new FakeFlash());
            rig.Tick(0);
            rig.Offer(Rig.Manifest(2, 4));
            rig.Tick(10);
            rig.Bus.Deliver(rig.Topics.GroupUpdateManifest, new byte[0]);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            rig.Bus.Deliver(rig.Topics.UpdateManifest, new byte[0]);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Withdrawn, rig.Bus.Update.Status);

            Rig trial = InTrial();
            trial.Bus.Deliver(trial.Topics.UpdateManifest, new byte[0]);
            trial.Tick(10);
            Assert.AreEqual(UpdateState.Reverted, trial.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Withdrawn, trial.Bus.Update.Status);

            Rig confirmed = InTrial();
            confirmed.Infer(11);
            confirmed.Bus.Deliver(confirmed.Topics.UpdateManifest, new byte[0]);
            confirmed.Tick(10);
            Assert.AreEqual(UpdateState.Confirmed, confirmed.Updater.State);
        }

        [TestMethod]
        public static void NewManifestDuringATrial_WaitsForItsEnd()
        {
            Rig rig = InTrial();
            rig.Offer(Rig.Manifest(3, 4));
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);

            // One that is refused meanwhile does not take its place.
            UpdateManifest bad = Rig.Manifest(4, 4);
            bad.Signature[0] = 9;
            rig.Offer(bad);
            rig.Tick(10);
            rig.Infer(11);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            Assert.AreEqual(103u, rig.Bus.Update.Rollout);
            Assert.AreEqual(2u, rig.Flash.Confirmed);
        }

        [TestMethod]
        public static void OlderManifest_DoesNotComeBack()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest newer = Rig.Manifest(3, 4);
            rig.Tick(0);
            rig.Offer(newer);
            rig.ServeAll(newer);
            rig.Infer(11);
            rig.Offer(Rig.Manifest(2, 4));
            int updates = rig.Bus.Updates;
            rig.Tick(10);

            // Said once, and the state that is kept is that of the model that runs.
            Assert.AreEqual(updates + 2, rig.Bus.Updates);
            Assert.AreEqual(UpdateState.Confirmed, rig.Bus.Update.State);
            Assert.AreEqual(103u, rig.Bus.Update.Rollout);
        }

        [TestMethod]
        public static void Revert_ReloadsTheModelBefore()
        {
            Rig rig = InTrial();
            rig.Infer(11);
            UpdateManifest revert = new UpdateManifest();
            revert.Kind = ManifestKind.Revert;
            revert.Issued = 5000;
            revert.Signature[0] = 1;
            rig.Offer(revert);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Reverted, rig.Bus.Update.State);
            Assert.AreEqual(1u, rig.Host.Running);
        }

        [TestMethod]
        public static void FirmwareWithoutCryptography_RefusesEverything()
        {
            FakeFlash flash = new FakeFlash();
            FakeBus bus = new FakeBus();
            Topics topics = new Topics("r", "d");
            ModelUpdater updater = new ModelUpdater(new RefusingProvider(), bus, topics, new UpdateOptions(), new FakeHost(flash));
            Assert.AreEqual(2, bus.Subscribed);
            updater.Tick(0);
            bus.Deliver(topics.UpdateManifest, Rig.Bytes(Rig.Manifest(2, 4)));
            updater.Tick(1000);
            Assert.AreEqual(UpdateState.Refused, bus.Update.State);
            Assert.AreEqual(InferenceStatus.Crypto, bus.Update.Status);
            Assert.AreEqual(102u, bus.Update.Rollout);

            // After a reconnect it says the same.
            bus.Reconnects++;
            updater.Tick(2000);
            Assert.AreEqual(InferenceStatus.Crypto, bus.Update.Status);
            Assert.AreEqual(3, bus.Updates);
        }

        private static Rig InTrial()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 4);
            rig.Tick(0);
            rig.Offer(manifest);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
            return rig;
        }
    }
}
