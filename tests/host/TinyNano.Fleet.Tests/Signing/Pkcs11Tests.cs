using System.Diagnostics;
using System.Security.Cryptography;
using TinyNano.Fleet.Signing;

namespace TinyNano.Fleet.Tests.Signing;

/// <summary>A token that keeps its key: SoftHSM through pkcs11-tool, with the line that docs/SECURITY.md gives.</summary>
public sealed class Pkcs11Tests : InTemporaryFolder
{
    private const string Module = "/usr/lib/softhsm/libsofthsm2.so";

    [ToolFact("pkcs11-tool", "softhsm2-util", Module)]
    public void Token_Signs()
    {
        Directory.CreateDirectory(In("tokens"));
        File.WriteAllText(In("softhsm.conf"), $"directories.tokendir = {In("tokens")}\n");
        string environment = $"SOFTHSM2_CONF={In("softhsm.conf")} TINYNANO_PIN=5678";
        string tool = $"{environment} pkcs11-tool --module {Module} --token-label desk";
        Shell($"{environment} softhsm2-util --init-token --free --label desk --so-pin 1234 --pin 5678");
        Shell($"{tool} --login --pin env:TINYNANO_PIN --keypairgen --key-type EC:prime256v1 --id 01 --label release");
        Shell($"{tool} --read-object --type pubkey --id 01 --output-file {In("key.der")}");
        string pem = PemEncoding.WriteString("PUBLIC KEY", File.ReadAllBytes(In("key.der")));
        PublicKey key = PublicKey.FromPem(pem, "key.der");
        byte[] digest = SHA256.HashData("abc"u8);
        foreach (string format in new[] { "", "--signature-format sequence " })
        {
            using CommandSigner signer = new(key, $"{tool} --login --pin env:TINYNANO_PIN --sign --mechanism ECDSA --id 01 {format}--input-file {{file}}");
            Assert.True(key.Verifies(digest, signer.Sign(digest)));
        }
    }

    private static void Shell(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command}\n{error.Result}");
    }
}
