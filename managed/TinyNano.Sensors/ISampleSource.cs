using System;

namespace TinyNano.Sensors
{
    /// <summary>
    /// Something that can be sampled. A frame is one sample of every channel: the three axes of an accelerometer, all pixels of an imager.
    /// Samples are raw int16 numbers; <see cref="FeatureScaler"/> knows what they mean. Reading allocates nothing.
    /// </summary>
    public interface ISampleSource : IDisposable
    {
        /// <summary>Samples in a frame.</summary>
        int Channels { get; }

        /// <summary>
        /// Whether the source decides when there is a frame, as an imager does. Otherwise it samples whenever it is read, and the caller
        /// keeps the time.
        /// </summary>
        bool IsSelfTimed { get; }

        /// <summary>Reads at most <paramref name="maxFrames"/> frames into <paramref name="buffer"/>, beginning at <paramref name="start"/>.</summary>
        /// <returns>Frames read; 0 where there is none yet or where the sensor does not answer (<see cref="Errors"/> counts).</returns>
        int Read(short[] buffer, int start, int maxFrames);

        /// <summary>
        /// Number of the frame read last, modulo 65536: as the sensor counts where it does, else as they were read.
        /// </summary>
        int FrameNumber { get; }

        /// <summary>Transfers that failed, repeated ones included.</summary>
        int Errors { get; }

        /// <summary>Frames that the source knows to have lost.</summary>
        int Lost { get; }
    }
}
