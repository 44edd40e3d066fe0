using System.Security.Cryptography;

namespace TinyNano.Fleet.Signing;

/// <summary>Keys in PEM: PKCS#8 (encrypted or not), SEC 1 as OpenSSL's `ecparam -genkey` writes it, SPKI.</summary>
internal static class Pem
{
    private const string Encrypted = "ENCRYPTED PRIVATE KEY";

    /// <exception cref="FleetException">TN6001: the file cannot be read.</exception>
    public static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetException("TN6001", $"the key cannot be read: {e.Message}", path, "make one with `tinynano keys new`", e);
        }
    }

    /// <exception cref="FleetException">TN6002: no key; TN6003: the passphrase is missing or wrong.</exception>
    public static ECDsa Read(string pem, string where, string? passphrase)
    {
        bool encrypted = pem.Contains(Encrypted, StringComparison.Ordinal);
        if (encrypted && string.IsNullOrEmpty(passphrase))
        {
            throw new FleetException("TN6003", "the private key is encrypted, and there is no passphrase", where, "put it into an environment variable and name that with --passphrase-env");
        }

        ECDsa key = ECDsa.Create();
        try
        {
            if (encrypted)
            {
                key.ImportFromEncryptedPem(pem, passphrase);
            }
            else
            {
                key.ImportFromPem(WithoutParameters(pem));
            }

            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw encrypted
                ? new FleetException("TN6003", "the passphrase does not open the private key", where, "check the environment variable that --passphrase-env names", e)
                : new FleetException("TN6002", "no key of P-256 in PEM", where, "expected PKCS#8, SEC 1 or SPKI as `tinynano keys new` and OpenSSL write them", e);
        }
    }

    public static bool IsPrivate(string pem) => pem.Contains("PRIVATE KEY", StringComparison.Ordinal);

    // OpenSSL writes the name of the curve in a block of its own before a SEC 1 key.
    private static ReadOnlySpan<char> WithoutParameters(string pem)
    {
        const string End = "-----END EC PARAMETERS-----";
        int at = pem.IndexOf(End, StringComparison.Ordinal);
        return at < 0 ? pem : pem.AsSpan(at + End.Length);
    }
}
