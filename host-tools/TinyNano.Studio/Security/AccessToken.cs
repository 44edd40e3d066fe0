using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Studio.Security;

/// <summary>The secret that opens the page. Only its hash is kept, and comparing takes the same time whatever was typed.</summary>
internal sealed class AccessToken
{
    public const int MinimumLength = 24;
    private const int RandomBytes = 24;
    private readonly byte[] _hash;

    /// <summary>StudioException TN6902 for a token that is too short to be safe.</summary>
    public AccessToken(string token)
    {
        if (token.Length < MinimumLength)
        {
            throw new StudioException("TN6902", $"a token of {token.Length} characters can be guessed; give at least {MinimumLength} random ones, or none for a new one");
        }

        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
    }

    /// <summary>32 characters of 192 random bits.</summary>
    public static string NewText() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    public bool Matches(string typed) => CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(typed)));
}
