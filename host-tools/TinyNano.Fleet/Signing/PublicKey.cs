using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Fleet.Signing;

/// <summary>A public key of P-256: 64 bytes, X and Y big-endian, and the id that manifests name it by.</summary>
public sealed class PublicKey
{
    public const int PointBytes = 64;
    public const int IdBytes = 8;
    public const int SignatureBytes = 64;

    private readonly byte[] _point;

    private PublicKey(byte[] point)
    {
        _point = point;
        Id = SHA256.HashData(point)[..IdBytes];
    }

    /// <summary>X and Y, big-endian.</summary>
    public ReadOnlySpan<byte> Point => _point;

    /// <summary>The first eight bytes of the SHA-256 of the point.</summary>
    public byte[] Id { get; }

    /// <summary>The id as people read it: 16 lower-case hexadecimal digits.</summary>
    public string IdText => Convert.ToHexStringLower(Id);

    public static PublicKey Of(ECDsa key, string where)
    {
        ECParameters parameters;
        try
        {
            parameters = key.ExportParameters(includePrivateParameters: false);
        }
        catch (CryptographicException e)
        {
            throw new FleetException("TN6002", "the key's point cannot be read", where, "make a key with `tinynano keys new`", e);
        }

        if (parameters.Curve.Oid?.Value != ECCurve.NamedCurves.nistP256.Oid.Value && parameters.Curve.Oid?.FriendlyName != ECCurve.NamedCurves.nistP256.Oid.FriendlyName)
        {
            throw new FleetException("TN6002", $"the key is of {parameters.Curve.Oid?.FriendlyName ?? "another curve"}; manifests are signed with P-256", where, "make a key with `tinynano keys new`");
        }

        return new PublicKey([.. parameters.Q.X!, .. parameters.Q.Y!]);
    }

    /// <summary>Reads a key in PEM: SPKI, or the public half of a private key that is not encrypted.</summary>
    /// <exception cref="FleetException">TN6002: no key of P-256 in PEM.</exception>
    public static PublicKey FromPem(string pem, string where, string? passphrase = null)
    {
        using ECDsa key = Pem.Read(pem, where, passphrase);
        return Of(key, where);
    }

    public static PublicKey FromFile(string path, string? passphrase = null) => FromPem(Pem.ReadFile(path), path, passphrase);

    /// <summary>SPKI in PEM, one newline at the end.</summary>
    public string ToPem()
    {
        using ECDsa key = Open();
        return key.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    /// <summary>Whether a signature (r and s, big-endian) is this key's over a SHA-256.</summary>
    public bool Verifies(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        using ECDsa key = Open();
        return signature.Length == SignatureBytes && key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>A row of the firmware's key table, a C initialiser of tn_update_key_t.</summary>
    public string ToC(string name, bool revoked)
    {
        StringBuilder text = new();
        text.Append("    /* ").Append(name.Replace("*/", "* /", StringComparison.Ordinal)).Append(": ").Append(IdText).Append(" */\n");
        text.Append("    {\n        {").Append(Bytes(Id)).Append("},\n        {");
        for (int i = 0; i < PointBytes; i += 16)
        {
            text.Append(i == 0 ? "" : ",\n         ").Append(Bytes(Point.Slice(i, 16)));
        }

        return text.Append("},\n        ").Append(revoked ? "true" : "false").Append(",\n    },\n").ToString();
    }

    private static string Bytes(ReadOnlySpan<byte> bytes)
    {
        List<string> texts = [];
        foreach (byte b in bytes)
        {
            texts.Add($"0x{b:x2}");
        }

        return string.Join(", ", texts);
    }

    private ECDsa Open() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = _point[..32], Y = _point[32..] },
    });
}
