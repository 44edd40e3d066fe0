using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    /// <summary>An imager whose frames count: pixel i of frame n is n + i.</summary>
    public sealed class FakeImager : IRegisterDevice
    {
        private readonly int _pixels;
        private int _block;
        private int _transfers;

        public FakeImager(int pixels)
        {
            _pixels = pixels;
        }

        public int Frame { get; set; }

        public bool IsReady { get; set; }

        public bool HasEnded { get; set; }

        public bool IsRunning { get; private set; }

        /// <summary>The transfer that fails, counted from 0; -1: none.</summary>
        public int FailingTransfer { get; set; } = -1;

        public int Errors { get; private set; }

        /// <summary>Begins to count transfers anew.</summary>
        public void ResetTransfers()
        {
            _transfers = 0;
        }

        public bool Read(int register, byte[] buffer, int count)
        {
            for (int i = 0; i < count; i++)
            {
                buffer[i] = 0;
            }

            switch (register)
            {
                case ImagerRegisters.Id:
                    buffer[0] = ImagerRegisters.IdValue;
                    break;
                case ImagerRegisters.Status:
                    buffer[0] = (byte)((IsReady ? ImagerRegisters.StatusReady : 0) | (HasEnded ? ImagerRegisters.StatusEnd : 0));
                    break;
                case ImagerRegisters.FrameBytes:
                    buffer[0] = (byte)_pixels;
                    buffer[1] = (byte)(_pixels >> 8);
                    break;
                case ImagerRegisters.FrameNumber:
                    buffer[0] = (byte)Frame;
                    buffer[1] = (byte)(Frame >> 8);
                    break;
                case ImagerRegisters.Data:
                    ReadData(buffer, count);
                    break;
            }

            return Succeeds();
        }

        public bool Write(int register, int value)
        {
            if (register == ImagerRegisters.Block)
            {
                _block = value;
            }
            else if (register == ImagerRegisters.Control)
            {
                IsRunning = (value & ImagerRegisters.ControlRun) != 0;
                if ((value & ImagerRegisters.ControlRelease) != 0)
                {
                    IsReady = false;
                    Frame = (Frame + 1) & 0xFFFF;
                }
            }

            return Succeeds();
        }

        public void Dispose()
        {
        }

        private void ReadData(byte[] buffer, int count)
        {
            for (int i = 0; i < count; i++)
            {
                int pixel = _block * ImagerRegisters.BlockBytes + i;
                buffer[i] = pixel < _pixels ? (byte)(Frame + pixel) : (byte)0;
            }
        }

        private bool Succeeds()
        {
            bool succeeds = _transfers != FailingTransfer;
            _transfers++;
            Errors += succeeds ? 0 : 1;
            return succeeds;
        }
    }
}
