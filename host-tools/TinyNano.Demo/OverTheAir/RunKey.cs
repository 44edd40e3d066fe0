using System.Security.Cryptography;
using TinyNano.Fleet.Signing;

namespace TinyNano.Demo.OverTheAir;

/// <summary>A signing key in memory for one run; it may claim to be another one, as a forger's does.</summary>
public sealed class RunKey : ISigner
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="claims">The key that manifests are to name in place of this one.</param>
    public RunKey(PublicKey? claims = null)
    {
        Key = claims ?? PublicKey.Of(_key, "a key of this run");
    }

    public PublicKey Key { get; }

    public byte[] Sign(byte[] digest) => _key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose() => _key.Dispose();
}
