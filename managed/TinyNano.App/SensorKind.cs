namespace TinyNano.App
{
    /// <summary>What the application listens to.</summary>
    public static class SensorKind
    {
        /// <summary>Channels of the analogue-to-digital converter.</summary>
        public const string Adc = "adc";

        /// <summary>MPU-6050 or MPU-6886: three axes of acceleration.</summary>
        public const string Accelerometer = "accelerometer";

        /// <summary>The same with three axes of rotation.</summary>
        public const string Motion = "motion";

        /// <summary>A low-resolution imager over I2C.</summary>
        public const string Imager = "imager";
    }
}
