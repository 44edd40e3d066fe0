using TinyNano.Inference;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>A fact that needs a desk library that can verify signatures.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UpdateFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Verifies = new(() =>
    {
        SignedUpdate update = new(new byte[64], 1, hardware: "");
        using UpdateDevice device = new(new UpdateDeviceOptions { SlotBytes = 4096, TrustedKeys = [SignedUpdate.Key] });
        return device.Updates.Offer(update.Manifest, 0, update.Manifest.Length) != InferenceStatus.Crypto;
    });

    public UpdateFactAttribute() => Skip = Verifies.Value ? null : "the desk library was built without mbedTLS (Debian: libmbedtls-dev)";
}
