using System;
using TinyNano.Contracts;
using TinyNano.Inference;
using TinyNano.Ota;
using TinyNano.Telemetry;

namespace TinyNano.App
{
    /// <summary>The model that runs, and what an update does with it: proves a candidate beside it, lets one shadow it, swaps it.</summary>
    public sealed class ModelHost : IModelHost, IDisposable
    {
        private readonly IModelSlots _slots;
        private readonly IEngineFactory _engines;
        private readonly TelemetryReporter _reporter;

        /// <param name="slots">The model slots.</param>
        /// <param name="engines">One engine for each model.</param>
        /// <param name="reporter">Numbers the messages of the device.</param>
        /// <param name="health">What a trial asks for.</param>
        public ModelHost(IModelSlots slots, IEngineFactory engines, TelemetryReporter reporter, HealthCheck health)
        {
            _slots = slots;
            _engines = engines;
            _reporter = reporter;
            Health = health;
        }

        public HealthCheck Health { get; }

        /// <summary>Null where there is none.</summary>
        public Model Model { get; private set; }

        /// <summary>Null where no candidate runs beside the model.</summary>
        public ShadowModel Shadow { get; private set; }

        /// <summary>The model is another one since <see cref="TakeChange"/>.</summary>
        public bool HasChanged { get; private set; }

        public int FaultStep { get; private set; } = InferenceException.Unknown;

        public int FaultTensor { get; private set; } = InferenceException.Unknown;

        public int ShadowSamples { get; private set; }

        public int ShadowAgreed { get; private set; }

        /// <summary>Owns a model that was opened elsewhere.</summary>
        public void Use(Model model)
        {
            Close();
            Model = model;
            HasChanged = true;
        }

        /// <summary>Whoever works with the model has taken notice.</summary>
        public void TakeChange()
        {
            HasChanged = false;
        }

        public int Prove(int slot, uint latencyBudget)
        {
            FaultStep = InferenceException.Unknown;
            FaultTensor = InferenceException.Unknown;
            int status = TryProve(slot, latencyBudget);
            if (Model == null || (status != InferenceStatus.Arena && status != InferenceStatus.Limit))
            {
                return status;
            }

            // No room for both: the device is silent for the time of the proof.
            Close();
            int reopened;
            try
            {
                status = TryProve(slot, latencyBudget);
            }
            finally
            {
                reopened = Reload();
            }

            return reopened < 0 && status == 0 ? reopened : status;
        }

        public int OpenShadow(int slot, int every)
        {
            ShadowSamples = 0;
            ShadowAgreed = 0;
            if (Model == null)
            {
                return 1;
            }

            IEngine engine = _engines.Create();
            try
            {
                Model candidate = Model.OpenSlot(engine, _slots, slot);
                engine = null;
                Shadow = ShadowModel.Create(Model, candidate, every);
                return Shadow == null ? InferenceStatus.Arg : 0;
            }
            catch (InferenceException e)
            {
                KeepFault(e);
                return e.Status;
            }
            finally
            {
                if (engine != null)
                {
                    engine.Dispose();
                }
            }
        }

        public void CloseShadow()
        {
            if (Shadow != null)
            {
                Shadow.Dispose();
                Shadow = null;
            }
        }

        /// <summary>Lets the shadow see what the model has just answered.</summary>
        public void Compare(sbyte[] input, ResultMessage result)
        {
            if (Shadow != null)
            {
                Shadow.Compare(input, result);
                ShadowSamples = Shadow.Samples;
                ShadowAgreed = Shadow.Agreed;
            }
        }

        public int Reload()
        {
            Close();
            HasChanged = true;
            int slot = _slots.Active;
            if (slot < 0)
            {
                return InferenceStatus.Empty;
            }

            IEngine engine = _engines.Create();
            try
            {
                Model = Model.OpenSlot(engine, _slots, slot);
                return 0;
            }
            catch (InferenceException e)
            {
                engine.Dispose();
                KeepFault(e);
                return e.Status;
            }
        }

        public uint NextSequence()
        {
            return _reporter.NextSequence();
        }

        /// <summary>Fills in what a state message says of the model.</summary>
        public void Describe(StateMessage state)
        {
            int slot = _slots.Active;
            BlobHeader header = slot < 0 ? null : BlobHeader.Read(_slots, slot);
            state.Slot = slot < 0 ? StateMessage.NoSlot : slot;
            state.ModelCrc = header == null ? 0 : header.Crc;
            state.ModelBytes = header == null ? 0 : header.TotalSize;
            state.ModelName = Model == null ? "" : Model.Name;
            state.ModelVersion = Model == null ? 0 : (uint)Model.Version;
            state.ArenaBytes = Model == null ? 0 : (uint)Model.ArenaBytes;
        }

        public void Dispose()
        {
            Close();
        }

        private int TryProve(int slot, uint latencyBudget)
        {
            IEngine engine = _engines.Create();
            try
            {
                Model candidate = Model.OpenSlot(engine, _slots, slot);
                if (!candidate.Prove())
                {
                    return InferenceStatus.Proof;
                }

                return latencyBudget != 0 && (uint)candidate.SlowestProofMicroseconds > latencyBudget ? InferenceStatus.Latency : 0;
            }
            catch (InferenceException e)
            {
                KeepFault(e);
                return e.Status;
            }
            finally
            {
                engine.Dispose();
            }
        }

        private void KeepFault(InferenceException e)
        {
            FaultStep = e.Step;
            FaultTensor = e.Tensor;
        }

        private void Close()
        {
            CloseShadow();
            if (Model != null)
            {
                Model.Dispose();
                Model = null;
            }
        }
    }
}
