namespace TinyNano.Demo;

/// <summary>The files of the demo, as they lie beside the program.</summary>
public static class DemoAssets
{
    public static string File(string name) => Path.Combine(AppContext.BaseDirectory, "demo", name);

    public static string TestImages => File("fashion_test_1000.bin.gz");

    public static string TestLabels => File("fashion_test_1000.csv");

    public static string CalibrationImages => File("fashion_calibration_256.bin.gz");

    public static string[] Labels => System.IO.File.ReadAllLines(File("fashion_labels.txt"));
}
