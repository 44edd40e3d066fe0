using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Fleet.Signing;

/// <summary>Makes key pairs as files: PKCS#8 that only the owner may read, and the public key beside it.</summary>
public static class KeyFiles
{
    // What OWASP asks of PBKDF2 with SHA-256.
    private const int Iterations = 600_000;

    /// <summary>The name of the public key's file.</summary>
    public static string PublicPath(string privatePath) => Path.ChangeExtension(privatePath, ".pub");

    /// <summary>A new key pair. An existing file is never written over: a lost signing key cannot be made again.</summary>
    /// <param name="path">The private key's file; the public key's has the extension .pub instead.</param>
    /// <param name="passphrase">Encrypts the private key (PBES2: PBKDF2-SHA256, AES-256-CBC); null leaves it plain.</param>
    /// <exception cref="FleetException">TN6001: a file is there already, or cannot be written.</exception>
    public static PublicKey Create(string path, string? passphrase)
    {
        string publicPath = PublicPath(path);
        if (string.Equals(path, publicPath, StringComparison.OrdinalIgnoreCase))
        {
            throw new FleetException("TN6001", "the private key's file has the extension of public ones", path, "choose another name with --out, for example with .pem");
        }

        foreach (string file in new[] { path, publicPath })
        {
            if (File.Exists(file))
            {
                throw new FleetException("TN6001", "the file is there already; a key is never written over", file, "choose another name with --out");
            }
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string pem = passphrase is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations));
        PublicKey made = PublicKey.Of(key, path);
        try
        {
            Write(path, pem + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Write(publicPath, made.ToPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetException("TN6001", $"the key cannot be written: {e.Message}", path, "choose another place with --out", e);
        }

        return made;
    }

    // The mode is the file's from its first byte on.
    private static void Write(string path, string text, UnixFileMode mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using FileStream stream = new(path, options);
        stream.Write(Encoding.ASCII.GetBytes(text));
    }
}
