namespace TinyNano.Sensors
{
    /// <summary>Time for capture: a device has one, a test brings its own.</summary>
    public interface IClock
    {
        /// <summary>Microseconds since any instant; never goes back.</summary>
        long Microseconds { get; }

        /// <summary>Returns when <see cref="Microseconds"/> has reached an instant, at once where it has passed. Other threads run meanwhile.</summary>
        void SleepUntil(long microseconds);
    }
}
