using System.Security.Cryptography;
using TinyNano.Fleet.Signing;

namespace TinyNano.Fleet.Tests.Signing;

/// <summary>Keys as files and in the environment.</summary>
public sealed class KeyTests : InTemporaryFolder
{
    private static readonly byte[] Digest = SHA256.HashData("abc"u8);

    [Fact]
    public void Create_WritesAPairThatSignsAndVerifies()
    {
        PublicKey made = KeyFiles.Create(In("k.pem"), passphrase: null);
        using PemSigner signer = PemSigner.FromFile(In("k.pem"));
        PublicKey read = PublicKey.FromFile(In("k.pub"));
        Assert.Equal(made.IdText, read.IdText);
        Assert.Equal(made.IdText, PublicKey.FromFile(In("k.pem")).IdText);
        byte[] signature = signer.Sign(Digest);
        Assert.True(read.Verifies(Digest, signature));
        signature[5] ^= 1;
        Assert.False(read.Verifies(Digest, signature));
        Assert.False(read.Verifies(Digest, signature.AsSpan(0, 63)));
    }

    [Fact]
    public void Create_PrivateKey_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        KeyFiles.Create(In("k.pem"), passphrase: null);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("k.pem")));
    }

    [Theory]
    [InlineData("k.pem")]
    [InlineData("k.pub")]
    public void Create_OverAFile_IsRefused(string file)
    {
        File.WriteAllText(In(file), "precious");
        FleetException e = Assert.Throws<FleetException>(() => KeyFiles.Create(In("k.pem"), null));
        Assert.Equal("TN6001", e.Diagnostic.Id);
        Assert.Equal("precious", File.ReadAllText(In(file)));
        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Create_AsPub_IsRefused_AndLeavesNoPrivateKeyThere()
    {
        Assert.Equal("TN6001", Assert.Throws<FleetException>(() => KeyFiles.Create(In("k.pub"), null)).Diagnostic.Id);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void EncryptedKey_NeedsItsPassphrase()
    {
        PublicKey made = KeyFiles.Create(In("k.pem"), "open sesame");
        Assert.DoesNotContain("BEGIN PRIVATE KEY", File.ReadAllText(In("k.pem")), StringComparison.Ordinal);
        using PemSigner signer = PemSigner.FromFile(In("k.pem"), "open sesame");
        Assert.True(made.Verifies(Digest, signer.Sign(Digest)));
        Assert.Equal("TN6003", Assert.Throws<FleetException>(() => PemSigner.FromFile(In("k.pem"), "wrong")).Diagnostic.Id);
        Assert.Equal("TN6003", Assert.Throws<FleetException>(() => PemSigner.FromFile(In("k.pem"))).Diagnostic.Id);
    }

    [Fact]
    public void KeyOfTheEnvironment_MayHaveItsNewlinesEscaped()
    {
        PublicKey made = KeyFiles.Create(In("k.pem"), passphrase: null);
        string variable = "TINYNANO_TEST_" + Guid.NewGuid().ToString("N");
        Assert.Equal("TN6001", Assert.Throws<FleetException>(() => PemSigner.FromEnvironment(variable)).Diagnostic.Id);
        Environment.SetEnvironmentVariable(variable, File.ReadAllText(In("k.pem")).Replace("\n", "\\n", StringComparison.Ordinal));
        using PemSigner signer = PemSigner.FromEnvironment(variable);
        Environment.SetEnvironmentVariable(variable, null);
        Assert.Equal(made.IdText, signer.Key.IdText);
    }

    [Fact]
    public void KeysOfOtherKinds_AreRefused()
    {
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using RSA rsa = RSA.Create(2048);
        foreach (string pem in new[] { p384.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), "no PRIVATE KEY at all", "" })
        {
            Assert.Equal("TN6002", Assert.Throws<FleetException>(() => new PemSigner(pem, "test")).Diagnostic.Id);
        }

        PublicKey made = KeyFiles.Create(In("k.pem"), null);
        Assert.Equal("TN6002", Assert.Throws<FleetException>(() => new PemSigner(made.ToPem(), "test")).Diagnostic.Id);
    }

    [Fact]
    public void ToC_IsARowOfTheFirmwaresTable()
    {
        PublicKey made = KeyFiles.Create(In("k.pem"), null);
        string row = made.ToC("release", revoked: true);
        int[] numbers = [.. System.Text.RegularExpressions.Regex.Matches(row, "0x([0-9a-f]{2})").Select(m => Convert.ToInt32(m.Groups[1].Value, 16))];
        Assert.Equal([.. made.Id, .. made.Point], [.. numbers.Select(n => (byte)n)]);
        Assert.Contains("true,", row, StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData(made.Point)[..8], made.Id);
    }
}
