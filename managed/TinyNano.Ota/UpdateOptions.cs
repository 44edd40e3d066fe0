using TinyNano.Contracts;

namespace TinyNano.Ota
{
    /// <summary>How a device fetches. What is not set suits a device on Wi-Fi.</summary>
    public sealed class UpdateOptions
    {
        /// <summary>Bytes of parts under way at most, whatever the window: they may all wait in the heap at once.</summary>
        public const int WindowBytes = 4096;

        /// <summary>Parts under way, 1 to <see cref="PartRequest.MaxWindow"/>.</summary>
        public int Window { get; set; } = PartRequest.MaxWindow;

        /// <summary>How long the server may take; doubles each time that nothing came.</summary>
        public int TimeoutMilliseconds { get; set; } = 3000;

        public int MaxTimeoutMilliseconds { get; set; } = 60000;

        /// <summary>Requests in a row without an answer after which the device says so (-28) and asks seldom.</summary>
        public int SilentRequests { get; set; } = 5;

        /// <summary>From one attempt to the next with a server that is silent or refuses.</summary>
        public int SlowMilliseconds { get; set; } = 300000;

        /// <summary>A group's delivery that has paused for so long, up to twice as long, counts as over.</summary>
        public int GroupQuietMilliseconds { get; set; } = 5000;

        /// <summary>Wait before a write to the flash that failed is tried again.</summary>
        public int RetryMilliseconds { get; set; } = 10000;

        /// <summary>Chunks that one tick copies from the active blob.</summary>
        public int CopiesPerTick { get; set; } = 4;

        /// <summary>Different in every device: those of a group must not ask at the same moment.</summary>
        public int Seed { get; set; } = 1;

        /// <summary>Parts of so many bytes that may be under way at once.</summary>
        public int WindowOf(int chunkBytes)
        {
            int most = chunkBytes <= 0 ? 1 : WindowBytes / chunkBytes;
            int window = Window < most ? Window : most;
            return window < 1 ? 1 : window > PartRequest.MaxWindow ? PartRequest.MaxWindow : window;
        }
    }
}
