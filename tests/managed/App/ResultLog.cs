using TinyNano.App;
using TinyNano.Contracts;

namespace NFUnitTest.AppTests
{
    /// <summary>Remembers the last result.</summary>
    public sealed class ResultLog : IResultSink
    {
        public int Count { get; private set; }

        public int LastFrame { get; private set; }

        public int LastFlags { get; private set; }

        public float LastScore { get; private set; }

        public void OnResult(ResultMessage result)
        {
            Count++;
            LastFrame = result.Frame;
            LastFlags = result.Flags;
            LastScore = result.Score;
        }
    }
}
