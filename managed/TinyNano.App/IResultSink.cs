using TinyNano.Contracts;

namespace TinyNano.App
{
    /// <summary>Hears of every inference.</summary>
    public interface IResultSink
    {
        /// <param name="result">Valid until the method returns.</param>
        void OnResult(ResultMessage result);
    }
}
