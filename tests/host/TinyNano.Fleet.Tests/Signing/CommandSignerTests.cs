using System.Diagnostics;
using System.Security.Cryptography;
using TinyNano.Fleet.Signing;

namespace TinyNano.Fleet.Tests.Signing;

/// <summary>Commands that sign, as real processes. The shell is that of Linux.</summary>
public sealed class CommandSignerTests : InTemporaryFolder
{
    private static readonly byte[] Digest = SHA256.HashData("abc"u8);
    private readonly ECDsa _private = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private PublicKey Key => PublicKey.Of(_private, "test");

    [Theory]
    [InlineData("raw", false)]
    [InlineData("raw", true)]
    [InlineData("hex", false)]
    [InlineData("hex", true)]
    [InlineData("base64", false)]
    [InlineData("base64", true)]
    public void EveryForm_OfASignature_IsRead(string form, bool der)
    {
        // Enough of them that r and s with leading zeros and high bits occur.
        for (int i = 0; i < 600; i++)
        {
            byte[] signature = _private.SignHash(Digest, der ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            byte[] output = form switch
            {
                "hex" => System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(signature) + "\n"),
                "base64" => System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(signature, Base64FormattingOptions.InsertLineBreaks) + "\n"),
                _ => signature,
            };
            Assert.Contains(SignatureText.Readings(output), reading => Key.Verifies(Digest, reading));
        }
    }

    [UnixFact]
    public void Command_GetsTheDigestThreeWays()
    {
        string hex = Convert.ToHexStringLower(Digest);
        string good = Convert.ToHexString(_private.SignHash(Digest, DSASignatureFormat.Rfc3279DerSequence));
        string check = $"read line && test \"$line\" = {hex} && test {{digest}} = {hex} && test \"$(od -An -tx1 -v {{file}} | tr -d ' \\n')\" = {hex} && echo {good}";
        using CommandSigner signer = new(Key, check);
        Assert.True(Key.Verifies(Digest, signer.Sign(Digest)));
    }

    [UnixFact]
    public void Command_ThatFails_IsQuoted()
    {
        FleetException e = Fails("echo the token is locked >&2; exit 3", "TN6004");
        Assert.Contains("exit code 3: the token is locked", e.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 127", Fails("no-such-command-anywhere", "TN6004").Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Command_ThatDoesNotEnd_IsStopped()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using CommandSigner signer = new(Key, "sleep 600; echo never", TimeSpan.FromMilliseconds(200));
        FleetException e = Assert.Throws<FleetException>(() => signer.Sign(Digest));
        Assert.Equal("TN6004", e.Diagnostic.Id);
        Assert.Contains("0.2 s", e.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{watch.Elapsed}");
    }

    [UnixFact]
    public void SignatureOfAnotherKeyOrDigest_IsNotUsed()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] twice = SHA256.HashData(Digest);
        foreach (byte[] wrong in new[] { other.SignHash(Digest), _private.SignHash(twice) })
        {
            Assert.Contains("does not verify", Fails("echo " + Convert.ToHexString(wrong), "TN6005").Message, StringComparison.Ordinal);
        }
    }

    [UnixFact]
    public void WhatIsNoSignature_IsShown()
    {
        Assert.Contains("'please insert your card.'", Fails("echo please insert your card", "TN6005").Message, StringComparison.Ordinal);
        Assert.Contains("nothing", Fails("true", "TN6005").Message, StringComparison.Ordinal);
        Fails("head -c 1000000 /dev/zero", "TN6005");
    }

    [ToolFact("openssl")]
    public void OpenSsl_Signs()
    {
        File.WriteAllText(In("k.pem"), _private.ExportPkcs8PrivateKeyPem());
        using CommandSigner signer = new(Key, $"openssl pkeyutl -sign -inkey {In("k.pem")} -in {{file}}");
        Assert.True(Key.Verifies(Digest, signer.Sign(Digest)));
    }

    private FleetException Fails(string command, string id)
    {
        using CommandSigner signer = new(Key, command);
        FleetException e = Assert.Throws<FleetException>(() => signer.Sign(Digest));
        Assert.Equal(id, e.Diagnostic.Id);
        return e;
    }
}
