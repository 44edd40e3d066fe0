using NFUnitTest.Common;
using TinyNano.App;
using TinyNano.Inference;

namespace NFUnitTest.AppTests
{
    public sealed class StubEngines : IEngineFactory
    {
        public int Created { get; private set; }

        public StubEngine Last { get; private set; }

        public IEngine Create()
        {
            Created++;
            Last = new StubEngine(1, 1, ElementType.Int8);
            return Last;
        }
    }
}
