namespace TinyNano.Ota
{
    /// <summary>
    /// Says in a trial whether the model does its work. An application with other ideas of it than <see cref="InferenceHealth"/> derives its
    /// own.
    /// </summary>
    public abstract class HealthCheck
    {
        /// <summary>A trial begins.</summary>
        /// <param name="now">Microseconds.</param>
        /// <param name="latencyBudget">Microseconds of an inference; 0 for any.</param>
        public abstract void Begin(long now, uint latencyBudget);

        /// <summary>Good inferences since the trial began: without one, no model is confirmed.</summary>
        public abstract int Inferences { get; }

        /// <summary>0 while all is well; a status ends the trial at once.</summary>
        public abstract int Check(long now);
    }
}
