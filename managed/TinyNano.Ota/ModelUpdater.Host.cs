using System;
using TinyNano.Inference;

namespace TinyNano.Ota
{
    /// <content>What it asks of the application: an exception there, of memory for example, is an answer too, or nothing would go on.</content>
    public sealed partial class ModelUpdater
    {
        private int Prove()
        {
            try
            {
                return _host.Prove(_session.Slot, _session.LatencyBudget);
            }
            catch (Exception)
            {
                return InferenceStatus.Health;
            }
        }

        private int OpenShadow()
        {
            try
            {
                return _host.OpenShadow(_session.Slot, _session.ShadowEvery);
            }
            catch (Exception)
            {
                return InferenceStatus.Health;
            }
        }

        private int Reload()
        {
            try
            {
                return _host.Reload();
            }
            catch (Exception)
            {
                return InferenceStatus.Health;
            }
        }
    }
}
