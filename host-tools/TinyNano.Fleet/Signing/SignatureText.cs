using System.Formats.Asn1;
using System.Numerics;
using System.Text;

namespace TinyNano.Fleet.Signing;

/// <summary>Signatures as the tools of this world print them: r||s or DER, as bytes, hexadecimal or base64.</summary>
public static class SignatureText
{
    private const int Half = PublicKey.SignatureBytes / 2;

    /// <summary>All that the bytes may mean, as r and s of 32 bytes each. Which one it is shows when it verifies.</summary>
    public static IEnumerable<byte[]> Readings(byte[] output)
    {
        foreach (byte[] bytes in Decodings(output))
        {
            if (bytes.Length == PublicKey.SignatureBytes)
            {
                yield return bytes;
            }

            if (FromDer(bytes) is byte[] signature)
            {
                yield return signature;
            }
        }
    }

    private static IEnumerable<byte[]> Decodings(byte[] output)
    {
        yield return output;
        if (output.AsSpan().ContainsAnyExceptInRange((byte)9, (byte)126))
        {
            yield break;
        }

        string text = string.Concat(Encoding.ASCII.GetString(output).Where(c => !char.IsWhiteSpace(c) && c != ':'));
        if (text.Length > 0 && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
        {
            yield return Convert.FromHexString(text);
        }

        byte[] decoded = new byte[text.Length + 3];
        if (Convert.TryFromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='), decoded, out int length))
        {
            yield return decoded[..length];
        }
    }

    private static byte[]? FromDer(byte[] bytes)
    {
        try
        {
            AsnReader sequence = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
            BigInteger r = sequence.ReadInteger();
            BigInteger s = sequence.ReadInteger();
            byte[] signature = new byte[PublicKey.SignatureBytes];
            return !sequence.HasData && Put(r, signature.AsSpan(0, Half)) && Put(s, signature.AsSpan(Half)) ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Put(BigInteger value, Span<byte> to)
    {
        int length = value.Sign > 0 ? value.GetByteCount(isUnsigned: true) : Half + 1;
        return length <= Half && value.TryWriteBytes(to[(Half - length)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
