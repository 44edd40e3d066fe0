using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TinyNano.Fleet.Messaging;

/// <summary>Where the broker is and how to come in.</summary>
public sealed record BrokerOptions
{
    public string Host { get; init; } = "127.0.0.1";

    public int Port { get; init; } = 1883;

    public bool Tls { get; init; }

    /// <summary>The only authority that is trusted to sign the broker's certificate; null for those of the system.</summary>
    public X509Certificate2? Authority { get; init; }

    /// <summary>The desk's own certificate with its private key; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Must differ from those of all other clients.</summary>
    public string ClientId { get; init; } = $"tinynano-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, true)}";

    /// <summary>Longest time between two attempts to connect.</summary>
    public TimeSpan RetryLimit { get; init; } = TimeSpan.FromSeconds(15);

    public string Address => $"{Host}:{Port}";

    /// <summary>`host` or `host:port`.</summary>
    /// <exception cref="FleetException">TN6302: neither.</exception>
    public BrokerOptions At(string address)
    {
        int colon = address.LastIndexOf(':');
        string host = colon < 0 ? address : address[..colon];
        int port = Tls ? 8883 : 1883;
        bool good = host.Length > 0 && (colon < 0 || (int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536));
        return good ? this with { Host = host, Port = port } : throw new FleetException("TN6302", "no address of a broker; expected host:port", $"'{address}'", "for example --broker 127.0.0.1:1883");
    }

    /// <exception cref="FleetException">TN6303: no certificate in PEM.</exception>
    public static X509Certificate2 ReadCertificate(string path, string? keyPath = null)
    {
        try
        {
            return keyPath is null ? X509CertificateLoader.LoadCertificateFromFile(path) : X509Certificate2.CreateFromPemFile(path, keyPath);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new FleetException("TN6303", $"the certificate cannot be read: {e.Message}", path, "name a file in PEM", e);
        }
    }
}
