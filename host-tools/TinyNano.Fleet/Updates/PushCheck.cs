using TinyNano.Compiler.Diagnostics;
using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Updates;

/// <summary>What a device will say to a manifest, as far as its reports tell. The device itself decides.</summary>
public static class PushCheck
{
    /// <summary>Errors are refusals that are certain; warnings are what nobody knows, or what makes the push superfluous.</summary>
    public static IReadOnlyList<Diagnostic> Check(UpdateManifest manifest, IReadOnlyList<string> names, IReadOnlyList<DeviceRow> rows)
    {
        Dictionary<string, DeviceRow> known = rows.ToDictionary(r => r.Device, StringComparer.Ordinal);
        List<Diagnostic> findings = [];
        foreach (string name in names)
        {
            if (!known.TryGetValue(name, out DeviceRow? device))
            {
                findings.Add(new Diagnostic("TN6310", Severity.Warning, "the device has never reported; it gets the manifest when it connects", name, "check the spelling and --root"));
                continue;
            }

            if (device.Engine == EngineKind.Managed)
            {
                findings.Add(new Diagnostic("TN6311", Severity.Error, "stock firmware cannot verify signatures and refuses every manifest (status -29)", name, "flash a firmware with TinyNano's native half"));
            }

            if (device.Counter > manifest.Counter)
            {
                findings.Add(new Diagnostic("TN6312", Severity.Error, $"the manifest's security counter is {manifest.Counter}, the device's {device.Counter} (status -17)", name, $"sign with --counter {device.Counter} or more"));
            }

            if (manifest.Kind == ManifestKind.Install && device.ModelCrc == manifest.BlobCrc && device.ModelBytes == manifest.BlobBytes)
            {
                findings.Add(new Diagnostic("TN6313", Severity.Warning, "the device runs this very model already", name));
            }

            if (!device.Online)
            {
                findings.Add(new Diagnostic("TN6314", Severity.Warning, $"the device is offline since {device.LastSeen:u}; it gets the manifest when it connects", name));
            }
        }

        return findings;
    }
}
