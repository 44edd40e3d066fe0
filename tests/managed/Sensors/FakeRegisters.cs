using TinyNano.Sensors;

namespace NFUnitTest.SensorsTests
{
    /// <summary>A chip that remembers what was written, and may fail.</summary>
    public sealed class FakeRegisters : IRegisterDevice
    {
        public readonly byte[] Values = new byte[256];
        private readonly int[] _writes = new int[64];

        public int WriteCount { get; private set; }

        /// <summary>Transfers left until every one fails; -1: none does.</summary>
        public int TransfersLeft { get; set; } = -1;

        public int Errors { get; private set; }

        public bool IsDisposed { get; private set; }

        /// <summary>The write of that number: register * 256 + value.</summary>
        public int WriteAt(int index)
        {
            return _writes[index];
        }

        public bool Read(int register, byte[] buffer, int count)
        {
            if (Fails())
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                buffer[i] = Values[register + i];
            }

            return true;
        }

        public bool Write(int register, int value)
        {
            if (Fails())
            {
                return false;
            }

            Values[register] = (byte)value;
            _writes[WriteCount] = register * 256 + value;
            WriteCount++;
            return true;
        }

        public void Dispose()
        {
            IsDisposed = true;
        }

        private bool Fails()
        {
            if (TransfersLeft == 0)
            {
                Errors++;
                return true;
            }

            TransfersLeft--;
            return false;
        }
    }
}
