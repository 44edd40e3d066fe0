using TinyNano.Contracts;

namespace TinyNano.App
{
    /// <summary>When the output pin is on: the result is of a class, or any, and reaches a threshold.</summary>
    public sealed class OutputRule
    {
        private readonly int _classIndex;
        private readonly float _threshold;

        /// <param name="classIndex">-1: any class.</param>
        /// <param name="threshold">Real number that the score must reach.</param>
        public OutputRule(int classIndex, float threshold)
        {
            _classIndex = classIndex;
            _threshold = threshold;
        }

        public bool IsOn(ResultMessage result)
        {
            return (_classIndex < 0 || result.ClassIndex == _classIndex) && result.Score >= _threshold;
        }
    }
}
