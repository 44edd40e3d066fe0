using System;
using TinyNano.Ota;

namespace NFUnitTest.OtaTests
{
    /// <summary>An application without models: runs the version that is active.</summary>
    public sealed class FakeHost : IModelHost
    {
        private readonly FakeFlash _flash;
        private uint _sequence;

        public FakeHost(FakeFlash flash)
        {
            _flash = flash;
            Running = flash.Active;
        }

        /// <summary>Version that runs.</summary>
        public uint Running { get; private set; }

        public int ProveStatus { get; set; }

        public int ReloadStatus { get; set; }

        public int ShadowStatus { get; set; }

        /// <summary>The call has no memory.</summary>
        public bool ProveThrows { get; set; }

        public bool ReloadThrows { get; set; }

        public int Proofs { get; private set; }

        public int Reloads { get; private set; }

        public bool HasShadow { get; private set; }

        public readonly InferenceHealth Trial = new InferenceHealth(30, 1000, 3);

        public HealthCheck Health
        {
            get { return Trial; }
        }

        public int FaultStep { get; set; } = 0xFFFF;

        public int FaultTensor { get; set; } = 0xFFFF;

        public int ShadowSamples { get; set; }

        public int ShadowAgreed { get; set; }

        public int Prove(int slot, uint latencyBudget)
        {
            Proofs++;
            ThrowIf(ProveThrows);
            return ProveStatus;
        }

        public int OpenShadow(int slot, int every)
        {
            ShadowSamples = 0;
            ShadowAgreed = 0;
            HasShadow = ShadowStatus == 0;
            return ShadowStatus;
        }

        public void CloseShadow()
        {
            HasShadow = false;
        }

        public int Reload()
        {
            Reloads++;
            ThrowIf(ReloadThrows);
            Running = _flash.Active;
            int status = ReloadStatus;
            ReloadStatus = 0;
            return status;
        }

        public uint NextSequence()
        {
            return _sequence++;
        }

        private static void ThrowIf(bool throws)
        {
            if (throws)
            {
                throw new OutOfMemoryException();
            }
        }
    }
}
