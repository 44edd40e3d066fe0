using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TinyNano.Demo.OverTheAir;

/// <summary>A certificate authority for one run, and a certificate for a broker on this computer that it has signed. Nothing is kept.</summary>
public sealed class RunCertificates : IDisposable
{
    public RunCertificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=TinyNano demo authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        Server = Sign();
    }

    public X509Certificate2 Authority { get; }

    /// <summary>For <c>localhost</c> and 127.0.0.1, with its private key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Writes the authority, without its key, for devices; returns the path.</summary>
    public string WriteAuthority(string folder)
    {
        string path = Path.Combine(folder, "authority.pem");
        File.WriteAllText(path, Authority.ExportCertificatePem());
        return path;
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
    }

    private X509Certificate2 Sign()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(Authority, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddHours(20), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);

        // Some TLS libraries do not take a key that was never in a store.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
