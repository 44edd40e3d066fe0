using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Signing;
using TinyNano.Inference;
using TinyNano.NanoPlatform;
using TinyNano.TestBroker;
using TinyNano.VirtualDevice.Updates;

namespace TinyNano.Updates.Tests;

/// <summary>A fact that needs mosquitto and a native library that can verify signatures.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UpdateFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Reason = new(() =>
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PublicKey trusted = PublicKey.Of(key, "test");
        UpdateManifest manifest = new() { Kind = ManifestKind.Revert, Issued = 1 };
        trusted.Id.CopyTo(manifest.Key, 0);
        byte[] bytes = new byte[UpdateManifest.Bytes];
        manifest.Encode(bytes);
        using UpdateDevice device = new(new UpdateDeviceOptions { SlotBytes = 4096, TrustedKeys = [new TrustedKey(trusted.Point.ToArray())] });

        // It is not signed: whoever can verify says so.
        return device.Updates.Offer(bytes, 0, bytes.Length) == InferenceStatus.Signature ? null : "the desk library was built without mbedTLS (Debian: libmbedtls-dev)";
    });

    public UpdateFactAttribute() => Skip = Mosquitto.SkipReason ?? Reason.Value;
}
