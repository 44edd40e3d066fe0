using System;

namespace TinyNano.Sensors
{
    /// <summary>Something that starts a capture.</summary>
    public interface ITrigger : IDisposable
    {
        /// <summary>Waits for an event that has not been waited for yet.</summary>
        /// <returns>False where none came in time.</returns>
        bool Wait(int milliseconds);

        /// <summary>Events since the beginning, those that nobody waited for included.</summary>
        int Count { get; }
    }
}
