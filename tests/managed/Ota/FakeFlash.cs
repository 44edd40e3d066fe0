using System;
using TinyNano.Contracts;

namespace NFUnitTest.OtaTests
{
    /// <summary>Power has gone.</summary>
    public sealed class PowerLossException : Exception
    {
    }

    /// <summary>What survives a restart in a <see cref="FakeStore"/>, and a power supply that can be cut at any change of it.</summary>
    public sealed class FakeFlash
    {
        public int State = UpdateState.Empty;
        public int Status;
        public int Attempts;
        public uint Issued;

        /// <summary>The manifest that the state is about; null for none.</summary>
        public byte[] Manifest;

        /// <summary>Version of the model that is active, of the one to fall back on, and of the one that was confirmed last.</summary>
        public uint Active = 1;
        public uint Fallback;
        public uint Confirmed = 1;
        public readonly bool[] Stored = new bool[2048];

        /// <summary>Changes left until the power goes; -1: it does not.</summary>
        public int ChangesLeft = -1;

        /// <summary>The change during which the power goes is made all the same.</summary>
        public bool LastChangeIsMade;

        /// <summary>Changes so far.</summary>
        public int Changes { get; private set; }

        /// <summary>To be asked before each change: false where it is not made. Then, and after the last one made, the power is gone.</summary>
        public bool MayChange()
        {
            Changes++;
            if (ChangesLeft < 0)
            {
                return true;
            }

            if (ChangesLeft == 0)
            {
                if (!LastChangeIsMade)
                {
                    throw new PowerLossException();
                }

                return true;
            }

            ChangesLeft--;
            return true;
        }

        /// <summary>To be called after each change.</summary>
        public void Changed()
        {
            if (ChangesLeft == 0 && LastChangeIsMade)
            {
                throw new PowerLossException();
            }
        }
    }
}
