using System;

namespace TinyNano.Sensors
{
    /// <summary>A chip with 8-bit register addresses, as most I2C sensors are.</summary>
    public interface IRegisterDevice : IDisposable
    {
        /// <summary>Reads successive bytes, beginning at a register.</summary>
        /// <returns>False where the chip did not answer; the buffer is then undefined.</returns>
        bool Read(int register, byte[] buffer, int count);

        /// <summary>Writes one register.</summary>
        bool Write(int register, int value);

        /// <summary>Transfers that failed, repeated ones included.</summary>
        int Errors { get; }
    }
}
