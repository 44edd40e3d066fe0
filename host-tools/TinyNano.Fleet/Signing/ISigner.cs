using System.Security.Cryptography;

namespace TinyNano.Fleet.Signing;

/// <summary>Has a private key, or knows who has.</summary>
public interface ISigner : IDisposable
{
    PublicKey Key { get; }

    /// <summary>The signature (r and s, big-endian, 64 bytes) of a SHA-256.</summary>
    /// <exception cref="FleetException">TN60xx: there is no signature, or not one of <see cref="Key"/>.</exception>
    byte[] Sign(byte[] digest);
}

/// <summary>Signs with a private key in PEM.</summary>
public sealed class PemSigner : ISigner
{
    private readonly ECDsa _key;

    /// <exception cref="FleetException">TN6002: no private key of P-256; TN6003: the passphrase is missing or wrong.</exception>
    public PemSigner(string pem, string where, string? passphrase = null)
    {
        if (!Pem.IsPrivate(pem))
        {
            throw new FleetException("TN6002", "this is not a private key", where, "sign with the private key's file, or name who signs with --signer");
        }

        _key = Pem.Read(pem, where, passphrase);
        Key = PublicKey.Of(_key, where);
    }

    public PublicKey Key { get; }

    public static PemSigner FromFile(string path, string? passphrase = null) => new(Pem.ReadFile(path), path, passphrase);

    /// <exception cref="FleetException">TN6001: the environment variable is absent or empty.</exception>
    public static PemSigner FromEnvironment(string variable, string? passphrase = null)
    {
        string where = "environment variable " + variable;
        string pem = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text
            : throw new FleetException("TN6001", "there is no key", where, "put the private key's PEM into it");

        // Where newlines do not survive, people write \n.
        return new PemSigner(pem.Replace("\\n", "\n", StringComparison.Ordinal), where, passphrase);
    }

    public byte[] Sign(byte[] digest) => _key.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public void Dispose() => _key.Dispose();
}
