using TinyNano.Inference;

namespace TinyNano.App
{
    /// <summary>Sees what goes into a model and comes out, on the way from window to result. It must not change it.</summary>
    public interface IInferenceWatch
    {
        /// <summary>The first input is set and has not been run.</summary>
        void OnInput(Model model);

        /// <param name="input">What was run.</param>
        /// <param name="output">The first output, or null where it is real.</param>
        /// <param name="reals">The first output as real numbers, or null where it is int8.</param>
        /// <param name="microseconds">Spent computing.</param>
        void OnOutput(sbyte[] input, sbyte[] output, float[] reals, int microseconds);
    }
}
