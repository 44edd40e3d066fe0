using System;

namespace TinyNano.Contracts
{
    /// <summary>
    /// How badly a model rebuilds its input: the mean squared difference of input and output as real numbers. Device and desk use this file.
    /// Nothing allocates after construction.
    /// </summary>
    public sealed class AnomalyScore
    {
        // Factors of the coarser side: with 65,536 elements the sum of squares stays below 2^63.
        private const int FactorOne = 1 << 14;

        private readonly int _elements;
        private readonly int _inputZero;
        private readonly int _outputZero;
        private readonly int _inputFactor;
        private readonly int _outputFactor;
        private readonly float _inputScale;
        private readonly float _unit;

        /// <param name="elements">Of input and output, at most 65536.</param>
        /// <param name="inputScale">real = scale * (q - zero), for both; the output's matter for int8 outputs alone.</param>
        /// <exception cref="ArgumentException">There are no elements, or too many.</exception>
        public AnomalyScore(int elements, float inputScale, int inputZero, float outputScale, int outputZero)
        {
            if (elements < 1 || elements > SampleMessage.MaxTotalBytes)
            {
                throw new ArgumentException();
            }

            _elements = elements;
            _inputScale = inputScale;
            _inputZero = inputZero;
            _outputZero = outputZero;
            float larger = inputScale > outputScale ? inputScale : outputScale;
            if (larger > 0)
            {
                _inputFactor = (int)(inputScale / larger * FactorOne + 0.5f);
                _outputFactor = (int)(outputScale / larger * FactorOne + 0.5f);
                _unit = larger / FactorOne;
            }
        }

        /// <summary>The score of an int8 output.</summary>
        public float Of(sbyte[] input, sbyte[] output)
        {
            long sum = 0;
            for (int i = 0; i < _elements; i++)
            {
                long difference = (input[i] - _inputZero) * _inputFactor - (output[i] - _outputZero) * _outputFactor;
                sum += difference * difference;
            }

            return (float)(sum / _elements) * _unit * _unit;
        }

        /// <summary>The score of a float32 output.</summary>
        public float Of(sbyte[] input, float[] output)
        {
            float sum = 0;
            for (int i = 0; i < _elements; i++)
            {
                float difference = (input[i] - _inputZero) * _inputScale - output[i];
                sum += difference * difference;
            }

            return sum / _elements;
        }
    }
}
