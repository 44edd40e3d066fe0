using System.Globalization;
using TinyNano.Demo.OverTheAir;

namespace TinyNano.Cli.Rendering;

/// <summary>What became of the models that the demo pushed to its device.</summary>
internal static class DemoUpdateText
{
    public static void Write(TextWriter text, UpdateDemoResult result)
    {
        text.WriteLine();
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"over the air: MQTT over TLS, signing key {result.Key}, {result.DeviceSeconds:0} s of the device in {result.WallSeconds:0.0} s, {result.Starts - 1} restarts"));
        UpdatePush update = result.Pushes[0];
        text.WriteLine($"  v1 -> v2 while it ran: {string.Join(", ", States(update))}; {N(update.BytesReceived)} B of parts for a model of {N(update.BlobBytes)} B");
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  right on the same {result.Images} images, over MQTT: {100 * result.Before:0.0} % with v1, {100 * result.After:0.0} % with v2 (desk: {100 * result.DeskBefore:0.0} % and {100 * result.DeskAfter:0.0} %)"));
        foreach (UpdatePush push in result.Pushes.Skip(1))
        {
            text.WriteLine($"  {push.End} {push.Status,3}  {push.What}; {push.PartsStored} of {push.Parts} parts stored; then {push.StillAnswers} images answered with v2, {push.StillAnswers - push.Wrong} as at the desk");
        }

        foreach (string fault in result.Faults)
        {
            text.WriteLine($"  fault: {fault}");
        }

        text.WriteLine(result.AsExpected ? "  everything ended as it should; `tinynano explain -21` says what a status means" : "  NOT everything ended as it should");
    }

    // Each state once, in order.
    private static IEnumerable<string> States(UpdatePush push) => push.Said.Select(s => s.State).Distinct();

    private static string N(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
