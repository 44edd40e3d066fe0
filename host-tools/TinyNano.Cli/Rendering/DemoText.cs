using System.Globalization;
using TinyNano.Demo;

namespace TinyNano.Cli.Rendering;

/// <summary>The demo's table.</summary>
internal static class DemoText
{
    public static void Write(TextWriter text, IReadOnlyList<DemoRow> rows, string target, string folder)
    {
        string[] header = ["model", "parameters", "MACs", "float32", "int8 desk", $"int8 {target}", "blob B", "arena B", "instructions/inference"];
        List<string[]> table = [header];
        table.AddRange(rows.Select(r => new[]
        {
            r.Model, N(r.Parameters), N(r.Macs), Percent(r.FloatAccuracy), Percent(r.Int8Accuracy), Percent(r.DeviceAccuracy),
            N(r.BlobBytes), N(r.ArenaBytes), r.Instructions is long i ? N(i) : "-",
        }));
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(c => table.Max(row => row[c].Length))];
        text.WriteLine("Fashion-MNIST, 1,000 test images");
        text.WriteLine();
        foreach (string[] row in table)
        {
            text.WriteLine(string.Join("  ", row.Select((cell, c) => c == 0 ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]))));
        }

        text.WriteLine();
        foreach (DemoRow row in rows.Where(r => r.SameBytes is not null))
        {
            text.WriteLine($"{row.Model}: {target} and desk give {(row.SameBytes == true ? "the same bytes" : "DIFFERENT bytes")}");
        }

        text.WriteLine($"blobs are in {folder}; look into one with `tinynano inspect`, `tinynano plan --svg plan.svg`, `tinynano verify`");
    }

    public static void Write(TextWriter text, DemoDeviceResult device)
    {
        text.WriteLine();
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"virtual device: {device.Images} of the images through an imager into {device.Model}, {device.DeviceSeconds:0.0} s of the device in {device.WallSeconds:0.0} s"));
        text.WriteLine($"  {N(device.Images)} inferences arrived over MQTT, {Percent(device.Accuracy)} right; {N(device.Lost)} messages lost; {N(device.AllocatedBytes)} B allocated in the loop");
        text.WriteLine($"  the output pin, high for {device.PinLabel}, changed {N(device.PinChanges)} times");
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? share) => share is double s ? (s * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %" : "-";
}
