using System.Security.Cryptography;
using TinyNano.Fleet.Signing;

namespace TinyNano.Updates.Tests;

/// <summary>Signs with a key that stays the test's.</summary>
internal sealed class KeySigner(ECDsa key) : ISigner
{
    public PublicKey Key { get; } = PublicKey.Of(key, "test");

    public byte[] Sign(byte[] digest) => key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose()
    {
        // The key is the test's.
    }
}
