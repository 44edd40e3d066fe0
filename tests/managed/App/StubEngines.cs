using System;
using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Inference;

namespace NFUnitTest.AppTests
{
    public sealed class StubEngines : IEngineFactory, IStubOwner
    {
        public int Created { get; private set; }

        /// <summary>Elements of input and output.</summary>
        public int Elements { get; set; } = 1;

        /// <summary>Models that may be open at once.</summary>
        public int Room { get; set; } = 100;

        /// <summary>Models that are open.</summary>
        public int Open { get; set; }

        /// <summary>The creation, counted from 1, for which there is no memory.</summary>
        public int ThrowsAt { get; set; }

        public StubEngine Last { get; private set; }

        public IEngine Create()
        {
            Created++;
            if (Created == ThrowsAt)
            {
                throw new OutOfMemoryException();
            }

            Last = new StubEngine(Elements, Elements, ElementType.Int8);
            Last.Owner = this;
            return Last;
        }
    }
}
