namespace TinyNano.Sensors
{
    /// <summary>
    /// The registers of a low-resolution imager that delivers frames of bytes over I2C (docs/IMAGER.md). A write transfer is
    /// the register followed by the value; a read transfer names the register and reads on. Numbers of two bytes are little-endian.
    /// </summary>
    public static class ImagerRegisters
    {
        /// <summary>One byte, read: <see cref="IdValue"/>.</summary>
        public const int Id = 0x00;

        /// <summary>One byte, read: bits <see cref="StatusReady"/>, <see cref="StatusOverrun"/>, <see cref="StatusEnd"/>.</summary>
        public const int Status = 0x01;

        /// <summary>One byte, written: bits <see cref="ControlRun"/>, <see cref="ControlRelease"/>.</summary>
        public const int Control = 0x02;

        /// <summary>Two bytes, read: bytes of a frame.</summary>
        public const int FrameBytes = 0x03;

        /// <summary>Two bytes, read: number of the frame that is ready; counts every frame of the imager and wraps.</summary>
        public const int FrameNumber = 0x05;

        /// <summary>One byte, written: the block of the frame that <see cref="Data"/> gives, <see cref="BlockBytes"/> bytes each.</summary>
        public const int Block = 0x07;

        /// <summary>
        /// Read: bytes of the frame that is ready, always from the first byte of the block, so that a transfer can be repeated. Beyond the
        /// frame: 0.
        /// </summary>
        public const int Data = 0x08;

        public const int BlockBytes = 64;

        public const int IdValue = 0x4E;

        /// <summary>A frame can be read; it does not change until it is released.</summary>
        public const int StatusReady = 0x01;

        /// <summary>Frames have been lost since the status was last read, because none had been released.</summary>
        public const int StatusOverrun = 0x02;

        /// <summary>No frame will come any more (a replay has ended).</summary>
        public const int StatusEnd = 0x80;

        /// <summary>Frames are taken; 0 stops.</summary>
        public const int ControlRun = 0x01;

        /// <summary>The frame has been read: the next may take its place.</summary>
        public const int ControlRelease = 0x02;
    }
}
