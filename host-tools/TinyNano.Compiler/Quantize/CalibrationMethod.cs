namespace TinyNano.Compiler.Quantize;

/// <summary>How the range of an activation follows from the values that calibration saw.</summary>
public enum CalibrationMethod
{
    /// <summary>Everything that was seen.</summary>
    MinMax,

    /// <summary>0.01 % of the values may be cut off at either end.</summary>
    Percentile,

    /// <summary>The range whose quantised distribution has the least Kullback-Leibler divergence from the real one.</summary>
    Entropy,

    /// <summary>The range with the least expected squared error of rounding and cutting off together.</summary>
    Mse,
}
