using System.Security.Cryptography;
using TinyNano.NanoPlatform;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>Public keys as --trust takes them.</summary>
public sealed class TrustedKeyTests : InTemporaryFolder
{
    [Fact]
    public void DigitsAndPem_GiveTheSameKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TrustedKey expected = SignedUpdate.KeyOf(key);
        string file = Path.Combine(Folder, "key.pub");
        File.WriteAllText(file, key.ExportSubjectPublicKeyInfoPem() + "\n");
        Assert.Equal(expected.Point, TrustedKey.Read(file).Point);
        Assert.Equal(expected.Point, TrustedKey.Parse(Convert.ToHexStringLower(expected.Point) + "\n").Point);
        Assert.Equal(SHA256.HashData(expected.Point)[..8], expected.Id);
    }

    [Fact]
    public void OtherTexts_AreRefused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Contains("private key", Assert.Throws<FormatException>(() => TrustedKey.Parse(key.ExportPkcs8PrivateKeyPem())).Message, StringComparison.Ordinal);
        Assert.Contains("another curve", Assert.Throws<FormatException>(() => TrustedKey.Parse(large.ExportSubjectPublicKeyInfoPem())).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => TrustedKey.Parse(new string('0', 127)));
        Assert.Throws<FormatException>(() => TrustedKey.Parse("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"));
        string file = Path.Combine(Folder, "no.pub");
        File.WriteAllText(file, "no key");
        Assert.Contains("no.pub", Assert.Throws<FormatException>(() => TrustedKey.Read(file)).Message, StringComparison.Ordinal);
    }
}
