using System.Security.Cryptography;

namespace TinyNano.NanoPlatform;

/// <summary>A public key (ECDSA P-256) that a device trusts, or trusted once.</summary>
public sealed record TrustedKey
{
    /// <summary>Bytes of a key: X and Y, 32 bytes each, the most significant first.</summary>
    public const int PointBytes = 64;

    private const int IdBytes = 8;

    /// <summary>ArgumentException where it has not 64 bytes.</summary>
    public TrustedKey(byte[] point, bool isRevoked = false)
    {
        if (point.Length != PointBytes)
        {
            throw new ArgumentException($"a public key has {PointBytes} bytes, X and Y, not {point.Length}", nameof(point));
        }

        Point = point;
        IsRevoked = isRevoked;
        Id = SHA256.HashData(point)[..IdBytes];
    }

    public byte[] Point { get; }

    /// <summary>Whether manifests of this key are refused from now on.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>What manifests name it by: the first eight bytes of the SHA-256 of <see cref="Point"/>.</summary>
    public byte[] Id { get; }

    /// <summary>
    /// Reads a key: the 128 hexadecimal digits of X and Y, or PEM (SubjectPublicKeyInfo). FormatException where it is neither, names
    /// another curve, or is the private key.
    /// </summary>
    public static TrustedKey Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Length == 2 * PointBytes && trimmed.All(char.IsAsciiHexDigit))
        {
            return new TrustedKey(Convert.FromHexString(trimmed));
        }

        if (trimmed.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new FormatException("this is a private key; a device takes the public one");
        }

        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(trimmed);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
            if (key.KeySize == 256 && parameters.Curve.Oid.Value is "1.2.840.10045.3.1.7")
            {
                return new TrustedKey([.. parameters.Q.X!, .. parameters.Q.Y!]);
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new FormatException("neither 128 hexadecimal digits (X and Y) nor a public key in PEM", e);
        }

        throw new FormatException("a key of another curve than P-256");
    }

    /// <summary>Reads a key file; FormatException with the file's name.</summary>
    public static TrustedKey Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{path}' is not a public key for --trust: {e.Message}; `tinynano keys` writes such files", e);
        }
    }
}
