using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    /// <summary>
    /// A store without cryptography that insists on the order of things. Byte j of part p of version v is v * 31 + p * 7 + j, and that is how
    /// it knows a wrong one. A manifest whose signature does not begin with 1 is refused.
    /// </summary>
    public sealed class FakeStore : IUpdateProvider
    {
        public const int MaxAttempts = 3;

        private readonly FakeFlash _flash;
        private readonly UpdateManifest _manifest = new UpdateManifest();
        private byte[] _offer;

        public FakeStore(FakeFlash flash)
        {
            _flash = flash;
            if (flash.Manifest != null)
            {
                _manifest.Decode(flash.Manifest, flash.Manifest.Length);
            }
        }

        /// <summary>Status of the next <see cref="CompleteUpdateSession"/>, <see cref="ConfirmImage"/> and <see cref="RequestRevert"/>.</summary>
        public int CompleteStatus { get; set; }

        public int ConfirmStatus { get; set; }

        public int Checks { get; private set; }

        public int Begun { get; private set; }

        public int StoredParts { get; private set; }

        public int WrongParts { get; private set; }

        public int Activations { get; private set; }

        /// <summary>The next part that is stored takes the candidate away.</summary>
        public bool LosesCandidate { get; set; }

        /// <summary>Gets one more message while a part is being stored, so often.</summary>
        public Rig Flooded { get; set; }

        public int Floods { get; set; }

        public static byte ByteAt(uint version, int part, int j)
        {
            return (byte)(version * 31 + (uint)part * 7 + (uint)j);
        }

        public int CountStart()
        {
            if (_flash.State != UpdateState.Trial)
            {
                return 0;
            }

            if (_flash.Attempts >= MaxAttempts)
            {
                return GoBack(InferenceStatus.Restarts) == 0 ? 1 : 0;
            }

            _flash.MayChange();
            _flash.Attempts++;
            _flash.Changed();
            return 0;
        }

        public int GetStatus(UpdateSession session)
        {
            session.State = _flash.State;
            session.Status = _flash.Status;
            session.Number = _flash.Manifest == null ? 0 : SessionNumber.Of(_flash.Manifest);
            session.Rollout = _manifest.Rollout;
            session.ModelVersion = _manifest.ModelVersion;
            session.Parts = _manifest.Parts;
            session.PartsStored = Count();
            session.Pages = _manifest.Pages;
            session.ChunkBytes = _manifest.ChunkBytes;
            session.Slot = 1;
            session.LatencyBudget = _manifest.LatencyBudget;
            session.HealthSeconds = _manifest.HealthSeconds;
            session.Attempts = _flash.Attempts;
            session.BaseCrc = _flash.Active;
            session.BaseBytes = 4096;
            session.ShadowEvery = _manifest.ShadowEvery;
            session.ShadowSamples = _manifest.ShadowSamples;
            session.ShadowAgreement = _manifest.ShadowAgreement;
            session.Kind = _manifest.Kind;
            session.Issued = _flash.Issued;
            session.BlobBytes = _manifest.BlobBytes;
            return 0;
        }

        public int CheckManifest(byte[] manifest, int start, int count)
        {
            Checks++;
            UpdateManifest offer = new UpdateManifest();
            if (!offer.Decode(manifest, count))
            {
                return InferenceStatus.Manifest;
            }

            if (offer.Signature[0] != 1)
            {
                return InferenceStatus.Signature;
            }

            if (offer.Issued < _flash.Issued)
            {
                return InferenceStatus.Stale;
            }

            if (_flash.Manifest != null && SessionNumber.Of(manifest) == SessionNumber.Of(_flash.Manifest) && _flash.State != UpdateState.Empty)
            {
                return 1;
            }

            if (_flash.State == UpdateState.Trial && offer.Kind == ManifestKind.Install)
            {
                return InferenceStatus.State;
            }

            _offer = manifest;
            return 0;
        }

        public int StartUpdateSession()
        {
            if (_offer == null)
            {
                return InferenceStatus.State;
            }

            _flash.MayChange();
            Begun++;
            _flash.Manifest = _offer;
            _manifest.Decode(_offer, _offer.Length);
            _flash.Issued = _manifest.Issued;
            _flash.Status = 0;
            if (_manifest.Kind == ManifestKind.Install)
            {
                for (int i = 0; i < _flash.Stored.Length; i++)
                {
                    _flash.Stored[i] = false;
                }

                _flash.State = UpdateState.Receiving;
            }
            else
            {
                _flash.State = UpdateState.Reverted;
                _flash.Status = InferenceStatus.Withdrawn;
                _flash.Active = _flash.Confirmed = _flash.Fallback;
            }

            _flash.Changed();
            return 0;
        }

        public int NextMissing(int from)
        {
            for (int i = from; i < _manifest.Parts; i++)
            {
                if (!_flash.Stored[i])
                {
                    return i;
                }
            }

            return InferenceStatus.Empty;
        }

        public int StoreImageChunk(int part, byte[] data, int start, int count)
        {
            if (Flooded != null && Floods > 0)
            {
                Floods--;
                Flooded.Bus.Deliver(Flooded.Topics.UpdatePart, Flooded.Raw(_manifest, part, 0));
            }

            bool right = count == _manifest.PartBytes(part);
            for (int j = 0; j < count && right; j++)
            {
                right = data[start + j] == ByteAt(_manifest.ModelVersion, part, j);
            }

            return Store(part, right);
        }

        /// <summary>The active blob has a chunk where the offset is its part's number times 16.</summary>
        public int CopyImageChunk(int part, int offset)
        {
            return Store(part, offset == part * 16);
        }

        /// <summary>A patch of one byte that is the part's number is right.</summary>
        public int PatchImageChunk(int part, byte[] data, int start, int count)
        {
            return Store(part, count == 1 && data[start] == (byte)part);
        }

        public int CompleteUpdateSession()
        {
            if (NextMissing(0) >= 0)
            {
                return InferenceStatus.Empty;
            }

            if (CompleteStatus < 0)
            {
                return RefuseImage(CompleteStatus) == 0 ? CompleteStatus : InferenceStatus.Flash;
            }

            _flash.MayChange();
            _flash.State = UpdateState.Stored;
            _flash.Changed();
            return 0;
        }

        public int ActivateImage()
        {
            if (_flash.State != UpdateState.Stored)
            {
                return InferenceStatus.State;
            }

            _flash.MayChange();
            Activations++;
            _flash.State = UpdateState.Trial;
            _flash.Attempts = 0;
            _flash.Fallback = _flash.Active;
            _flash.Active = _manifest.ModelVersion;
            _flash.Changed();
            return 0;
        }

        public int ConfirmImage()
        {
            if (_flash.State != UpdateState.Trial)
            {
                return InferenceStatus.State;
            }

            if (ConfirmStatus < 0)
            {
                return ConfirmStatus;
            }

            _flash.MayChange();
            _flash.State = UpdateState.Confirmed;
            _flash.Confirmed = _flash.Active;
            _flash.Changed();
            return 0;
        }

        public int RefuseImage(int status)
        {
            if (_flash.State != UpdateState.Receiving && _flash.State != UpdateState.Stored)
            {
                return InferenceStatus.State;
            }

            _flash.MayChange();
            _flash.State = UpdateState.Refused;
            _flash.Status = status;
            _flash.Changed();
            return 0;
        }

        public int RequestRevert(int status)
        {
            return _flash.State == UpdateState.Trial ? GoBack(status) : InferenceStatus.State;
        }

        private int GoBack(int status)
        {
            _flash.MayChange();
            _flash.State = UpdateState.Reverted;
            _flash.Status = status;
            _flash.Active = _flash.Fallback;
            _flash.Changed();
            return 0;
        }

        private int Store(int part, bool isRight)
        {
            if (_flash.State != UpdateState.Receiving)
            {
                return InferenceStatus.State;
            }

            if (part < 0 || part >= _manifest.Parts)
            {
                return InferenceStatus.Arg;
            }

            if (part >= _manifest.Pages && NextMissing(0) < _manifest.Pages && NextMissing(0) >= 0)
            {
                return InferenceStatus.Empty;
            }

            if (_flash.Stored[part])
            {
                return 1;
            }

            if (!isRight)
            {
                WrongParts++;
                return InferenceStatus.Hash;
            }

            if (LosesCandidate)
            {
                LosesCandidate = false;
                _flash.State = UpdateState.Empty;
                return InferenceStatus.Hash;
            }

            _flash.MayChange();
            _flash.Stored[part] = true;
            StoredParts++;
            _flash.Changed();
            return 0;
        }

        private int Count()
        {
            int count = 0;
            for (int i = 0; i < _manifest.Parts; i++)
            {
                count += _flash.Stored[i] ? 1 : 0;
            }

            return count;
        }
    }
}
