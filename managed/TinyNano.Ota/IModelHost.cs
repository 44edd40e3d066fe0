namespace TinyNano.Ota
{
    /// <summary>The application as an update sees it: it runs models. Called from <see cref="ModelUpdater.Tick"/> only.</summary>
    public interface IModelHost
    {
        /// <summary>What a trial asks for.</summary>
        HealthCheck Health { get; }

        /// <summary>Of a proof or a model that could not be opened; 65535 where it is not known.</summary>
        int FaultStep { get; }

        int FaultTensor { get; }

        /// <summary>Samples that the shadow has compared since it was opened, and those that agreed.</summary>
        int ShadowSamples { get; }

        int ShadowAgreed { get; }

        /// <summary>
        /// Opens the model of a slot, runs its golden vectors and closes it. 0, or why it may not run: -9 and -23 among others.
        /// </summary>
        /// <param name="slot">Not the active one.</param>
        /// <param name="latencyBudget">Microseconds that the slowest vector may take; 0 for any.</param>
        int Prove(int slot, uint latencyBudget);

        /// <summary>
        /// Opens the model of a slot beside the one that runs and begins to compare: 0, 1 where no model runs that it could be
        /// compared with, or a status.
        /// </summary>
        /// <param name="slot">Not the active one.</param>
        /// <param name="every">Samples from one comparison to the next.</param>
        int OpenShadow(int slot, int every);

        void CloseShadow();

        /// <summary>The active slot is another one: opens its model in place of the one that runs. 0 or a status.</summary>
        int Reload();

        /// <summary>Number of the next message of this device.</summary>
        uint NextSequence();
    }
}
