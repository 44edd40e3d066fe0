using System.Globalization;
using TinyNano.Demo.Fleets;

namespace TinyNano.Cli.Rendering;

/// <summary>What the demo's fleet showed.</summary>
internal static class DemoFleetText
{
    public static void Write(TextWriter text, FleetDemoResult result)
    {
        text.WriteLine();
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fleet: {result.Devices} virtual devices, {N(result.Inferences)} inferences, {N(result.Messages)} messages into SQLite, {result.DeviceSeconds:0} s of the devices in {result.WallSeconds:0.0} s"));
        foreach (FleetAlarm alarm in result.Alarms)
        {
            text.WriteLine($"  drift alarm: {alarm.Device}{(alarm.Device == result.Drifted ? $", {alarm.Samples} images after its camera got {result.Fault}" : ", FALSE")}; {alarm.Finding}");
        }

        text.WriteLine($"  {result.Alarms.Count(a => a.Device != result.Drifted)} of the {result.Devices - 1} others were in alarm");
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  version 3 ({100 * result.BadAccuracy:0.0} % right at the desk, version 2 {100 * result.GoodAccuracy:0.0} %): {result.GotVersion3} of {result.Targets} devices got it, then {result.Rollout.ToLowerInvariant()} by itself after {N(result.Version3Samples)} images, {result.RolloutSeconds:0.0} s"));
        text.WriteLine($"    {result.Reason}");
        text.WriteLine($"  {result.BackOnVersion2} of {result.Devices} devices run version 2");
        foreach (string fault in result.Faults)
        {
            text.WriteLine($"  fault: {fault}");
        }

        text.WriteLine(result.AsExpected ? "  everything ended as it should" : "  NOT everything ended as it should");
    }

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
