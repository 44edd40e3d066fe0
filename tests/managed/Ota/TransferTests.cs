using System;
using nanoFramework.TestFramework;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    [TestClass]
    public class TransferTests
    {
        [TestMethod]
        [DataRow(1, 512, 1)]
        [DataRow(4, 512, 4)]
        [DataRow(4, 1024, 4)]
        [DataRow(4, 2048, 2)]
        [DataRow(9, 512, 4)]
        [DataRow(0, 512, 1)]
        public static void Window_IsBoundedByPartsAndBytes(int window, int chunkBytes, int expected)
        {
            UpdateOptions options = new UpdateOptions();
            options.Window = window;
            Assert.AreEqual(expected, options.WindowOf(chunkBytes));
        }

        [TestMethod]
        public static void Index_ComesBeforeChunks()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 80);
            Assert.AreEqual(3, manifest.Pages);
            Begin(rig, manifest);
            PartRequest request = rig.Bus.TakeRequest();
            Assert.AreEqual(0, request.First);
            Assert.AreEqual(7u, request.Wanted);
            Assert.AreEqual(1u, request.BaseCrc);
            Assert.AreEqual(4096u, request.BaseBytes);
            Assert.AreEqual(SessionNumber.Of(Rig.Bytes(manifest)), request.Session);
            Assert.AreEqual(0, rig.Bus.Waiting);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(manifest, 0, 0));
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(manifest, 1, 0));
            rig.Tick(10);
            Assert.AreEqual(0, rig.Bus.Waiting);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(manifest, 2, 0));
            rig.Tick(10);
            request = rig.Bus.TakeRequest();
            Assert.AreEqual(3, request.First);
            Assert.AreEqual(15u, request.Wanted);
        }

        [TestMethod]
        public static void LostParts_AreAskedForAgainWithDoublingTimeouts()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            int[] waits = new int[] { 3000, 6000, 12000, 24000 };
            for (int i = 0; i < waits.Length; i++)
            {
                while (rig.Bus.TakeRequest() != null)
                {
                }

                rig.Tick(waits[i] - 100);
                Assert.AreEqual(0, rig.Bus.Waiting, "wait " + i.ToString());
                rig.Tick(100);
                Assert.AreEqual(1, rig.Bus.Waiting, "wait " + i.ToString());
            }

            // What comes at last begins the time-outs anew.
            rig.Serve(manifest);
            rig.Tick(10);
            Assert.AreEqual(1, rig.Bus.Waiting);
            rig.Bus.TakeRequest();
            rig.Tick(2900);
            Assert.AreEqual(0, rig.Bus.Waiting);
            rig.Tick(100);
            Assert.AreEqual(1, rig.Bus.Waiting);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
        }

        [TestMethod]
        public static void SilentServer_IsReportedAndAskedSeldom()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            for (int i = 0; i < 1200; i++)
            {
                rig.Tick(100);
                rig.Bus.TakeRequest();
            }

            Assert.AreEqual(UpdateState.Receiving, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Timeout, rig.Bus.Update.Status);
            int requests = rig.Bus.Requests;
            int updates = rig.Bus.Updates;
            for (int i = 0; i < 36000; i++)
            {
                rig.Tick(100);
                rig.Bus.TakeRequest();
            }

            // An hour: at most five requests in five minutes and then some.
            Assert.IsTrue(rig.Bus.Requests > requests, "it must go on trying");
            Assert.IsTrue(rig.Bus.Requests - requests <= 45, (rig.Bus.Requests - requests).ToString());
            Assert.AreEqual(updates, rig.Bus.Updates);

            // The server is back.
            for (int i = 0; i < 5000 && rig.Updater.State == UpdateState.Receiving; i++)
            {
                rig.Tick(100);
                rig.Serve(manifest);
            }

            Assert.AreEqual(UpdateState.Trial, rig.Bus.Update.State);
            Assert.AreEqual(0, rig.Bus.Update.Status);
        }

        [TestMethod]
        public static void ServerThatRefuses_IsAskedAgainLater()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Bus.TakeRequest();
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Message(manifest, 0, PartEncoding.Refused, 0, new byte[] { 0xE5, 0xFF }));
            rig.Tick(10);
            Assert.AreEqual(InferenceStatus.Timeout, rig.Bus.Update.Status);
            rig.Tick(299000);
            Assert.AreEqual(0, rig.Bus.Waiting);
            rig.Tick(77000);
            Assert.AreEqual(1, rig.Bus.Waiting);
            rig.ServeAll(manifest);
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
        }

        [TestMethod]
        public static void ServerThatHasWithdrawn_EndsIt()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Message(manifest, 0, PartEncoding.Refused, 0, new byte[] { 0xE6, 0xFF }));
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Withdrawn, rig.Bus.Update.Status);
        }

        [TestMethod]
        public static void Copies_AreMadeFewAtATimeAndAskForNothingMeanwhile()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 20);
            Begin(rig, manifest);
            rig.Serve(manifest);
            rig.Tick(10);
            rig.Bus.TakeRequest();
            byte[] runs = new byte[2 * PartMessage.RunBytes];
            PutRun(runs, 0, 1, 9, 16);
            PutRun(runs, 8, 12, 9, 12 * 16);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Message(manifest, 1, PartEncoding.Copies, 0, runs));

            // Runs of the fake store are 16 bytes a chunk, the protocol's are chunk_bytes: only the first of each comes out.
            rig.Tick(10);
            Assert.AreEqual(2, rig.Store.StoredParts);
            Assert.AreEqual(3, rig.Store.WrongParts);
            Assert.AreEqual(0, rig.Bus.Waiting);
            for (int i = 0; i < 4; i++)
            {
                rig.Tick(10);
            }

            Assert.AreEqual(3, rig.Store.StoredParts);
            PartRequest request = rig.Bus.TakeRequest();
            Assert.AreEqual(PartRequest.RawFlag, request.Flags);
            Assert.AreEqual(2, request.First);
        }

        [TestMethod]
        public static void WrongPatch_IsAskedForRawAtOnce()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Serve(manifest);
            rig.Tick(10);
            PartRequest request = rig.Bus.TakeRequest();
            Assert.AreEqual(0, request.Flags);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Message(manifest, 1, PartEncoding.Patch, 0, new byte[] { 1 }));
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Message(manifest, 2, PartEncoding.Patch, 0, new byte[] { 9 }));
            rig.Tick(10);
            Assert.AreEqual(2, rig.Store.StoredParts);
            Assert.AreEqual(1, rig.Store.WrongParts);
            request = rig.Bus.TakeRequest();
            Assert.AreEqual(PartRequest.RawFlag, request.Flags);
            Assert.AreEqual(2, request.First);
            Assert.AreEqual(1u, request.Wanted & 1u);
        }

        [TestMethod]
        public static void DamagedPatch_IsNoReasonForRawParts()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Serve(manifest);
            rig.Tick(10);
            rig.Bus.TakeRequest();
            byte[] patch = rig.Message(manifest, 1, PartEncoding.Patch, 0, new byte[] { 1 });
            patch[patch.Length - 1] ^= 4;
            rig.Bus.Deliver(rig.Topics.UpdatePart, patch);
            rig.Tick(10);
            Assert.AreEqual(0, rig.Store.WrongParts);
            Assert.AreEqual(0, rig.Bus.Waiting);
            rig.Tick(3000);
            Assert.AreEqual(0, rig.Bus.TakeRequest().Flags);
        }

        [TestMethod]
        public static void Group_IsLeftAloneThenStragglersPull()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 30);
            rig.Tick(0);
            rig.Bus.Deliver(rig.Topics.GroupUpdateManifest, Rig.Bytes(manifest));
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            for (int part = 0; part < manifest.Parts; part++)
            {
                // Some are lost.
                if (part % 10 != 5)
                {
                    rig.Bus.Deliver(rig.Topics.GroupUpdatePart, rig.Raw(manifest, part, PartMessage.GroupFlag));
                }

                rig.Tick(1000);
                Assert.AreEqual(0, rig.Bus.Requests);
            }

            for (int i = 0; i < 40; i++)
            {
                rig.Tick(100);
            }

            Assert.AreEqual(0, rig.Bus.Requests);
            for (int i = 0; i < 61 && rig.Bus.Requests == 0; i++)
            {
                rig.Tick(100);
            }

            Assert.AreEqual(1, rig.Bus.Requests);
            Assert.AreEqual(3, rig.ServeAll(manifest));
            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
        }

        [TestMethod]
        public static void GroupDeliveryThatMissesNothing_NeedsNoRequest()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 30);
            rig.Tick(0);
            rig.Bus.Deliver(rig.Topics.GroupUpdateManifest, Rig.Bytes(manifest));
            rig.Tick(10);
            for (int part = 0; part < manifest.Parts; part++)
            {
                rig.Bus.Deliver(rig.Topics.GroupUpdatePart, rig.Raw(manifest, part, PartMessage.GroupFlag));
                rig.Tick(10);
            }

            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
            Assert.AreEqual(0, rig.Bus.Requests);
        }

        [TestMethod]
        public static void Reconnect_ReportsAndGoesOnAtOnce()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Bus.TakeRequest();
            rig.Bus.IsConnected = false;
            rig.Tick(10);
            rig.Tick(100000);
            Assert.AreEqual(0, rig.Bus.Waiting);
            int updates = rig.Bus.Updates;
            rig.Bus.IsConnected = true;
            rig.Tick(10);
            Assert.AreEqual(1, rig.Bus.Waiting);
            Assert.AreEqual(updates + 1, rig.Bus.Updates);

            // A connection that was lost and made between two ticks.
            rig.Bus.TakeRequest();
            rig.Bus.Reconnects++;
            rig.Tick(10);
            Assert.AreEqual(1, rig.Bus.Waiting);
        }

        [TestMethod]
        public static void LostCandidate_BeginsAnewAFewTimes()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            for (int i = 1; i <= 3; i++)
            {
                rig.Store.LosesCandidate = true;
                rig.ServeAll(manifest);
                rig.Tick(11000);
                Assert.AreEqual(i + 1, rig.Store.Begun);
                Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            }

            rig.Store.LosesCandidate = true;
            rig.ServeAll(manifest);
            rig.Tick(11000);
            Assert.AreEqual(4, rig.Store.Begun);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
            Assert.AreEqual(InferenceStatus.Hash, rig.Bus.Update.Status);
        }

        [TestMethod]
        public static void LostCandidate_BeginsAnewWhateverElseIsOffered()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            UpdateManifest bad = Rig.Manifest(3, 8);
            bad.Signature[0] = 9;
            Begin(rig, manifest);
            rig.Store.LosesCandidate = true;
            rig.ServeAll(manifest);
            rig.Offer(bad);
            rig.Tick(10);
            rig.Tick(11000);
            Assert.AreEqual(2, rig.Store.Begun);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
            Assert.AreEqual(SessionNumber.Of(Rig.Bytes(manifest)), rig.Bus.Update.Session);
        }

        [TestMethod]
        public static void LostCandidate_BeginsAnewAFewTimesThoughItIsOfferedAgain()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            for (int i = 0; i < 10; i++)
            {
                rig.Store.LosesCandidate = true;
                rig.ServeAll(manifest);
                rig.Offer(manifest);
                rig.Tick(10);
                rig.Tick(11000);
            }

            Assert.AreEqual(4, rig.Store.Begun);
            Assert.AreEqual(UpdateState.Refused, rig.Bus.Update.State);
        }

        [TestMethod]
        public static void FloodOfParts_EndsTheTick()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Store.Flooded = rig;
            rig.Store.Floods = 100;
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(manifest, 0, 0));
            rig.Tick(10);
            Assert.AreEqual(94, rig.Store.Floods);
        }

        [TestMethod]
        public static void PartsOfOthers_AreLeftAlone()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 8);
            Begin(rig, manifest);
            rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(Rig.Manifest(3, 8), 0, 0));
            rig.Bus.Deliver(rig.Topics.UpdatePart, new byte[3]);
            rig.Bus.Deliver("r/d/command", new byte[3]);
            rig.Tick(10);
            Assert.AreEqual(0, rig.Store.StoredParts);
            Assert.AreEqual(0u, rig.Updater.BytesReceived);
        }

        [TestMethod]
        public static void TooManyMessages_AreGivenUp()
        {
            Rig rig = new Rig(new FakeFlash());
            UpdateManifest manifest = Rig.Manifest(2, 40);
            Begin(rig, manifest);
            for (int i = 0; i < 20; i++)
            {
                rig.Bus.Deliver(rig.Topics.UpdatePart, rig.Raw(manifest, i, 0));
            }

            rig.Tick(10);
            Assert.AreEqual(6, rig.Store.StoredParts);
            Assert.AreEqual(14, rig.Updater.Dropped);
            for (int i = 0; i < 400 && rig.Updater.State == UpdateState.Receiving; i++)
            {
                rig.Tick(100);
                rig.Serve(manifest);
            }

            Assert.AreEqual(UpdateState.Trial, rig.Updater.State);
        }

        private static void Begin(Rig rig, UpdateManifest manifest)
        {
            rig.Tick(0);
            rig.Offer(manifest);
            rig.Tick(10);
            Assert.AreEqual(UpdateState.Receiving, rig.Updater.State);
        }

        private static void PutRun(byte[] runs, int at, int part, int count, int offset)
        {
            LittleEndian.PutUInt16(runs, at + PartMessage.RunPart, part);
            LittleEndian.PutUInt16(runs, at + PartMessage.RunCount, count);
            LittleEndian.PutUInt32(runs, at + PartMessage.RunOffset, (uint)offset);
        }
    }
}
