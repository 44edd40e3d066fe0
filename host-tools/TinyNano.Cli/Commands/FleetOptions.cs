using System.CommandLine;
using TinyNano.Contracts;
using TinyNano.Fleet;
using TinyNano.Fleet.Messaging;
using TinyNano.Fleet.Store;

namespace TinyNano.Cli.Commands;

/// <summary>What commands about fleets share: the database, the broker and how to come in.</summary>
internal sealed class FleetOptions
{
    /// <summary>The value of --broker that starts one in this process.</summary>
    public const string Embedded = "embedded";

    private readonly Option<string> _database = new("--db") { Description = "the fleet's database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TINYNANO_DB") ?? FleetDatabase.DefaultSetting };
    private readonly Option<string> _root = new("--root") { Description = "first level of all topics", DefaultValueFactory = _ => Topics.DefaultRoot };
    private readonly Option<string> _broker = new("--broker") { Description = "host:port of the MQTT broker", DefaultValueFactory = _ => "127.0.0.1:1883" };
    private readonly Option<bool> _tls = new("--tls") { Description = "connect with TLS" };
    private readonly Option<string?> _ca = new("--ca") { Description = "PEM file of the only authority that may have signed the broker's certificate; implies --tls" };
    private readonly Option<string?> _certificate = new("--cert") { Description = "PEM file of our own certificate; implies --tls" };
    private readonly Option<string?> _certificateKey = new("--cert-key") { Description = "PEM file of its private key" };
    private readonly Option<string?> _user = new("--user") { Description = "user at the broker" };
    private readonly Option<string?> _password = new("--password-env") { Description = "environment variable with the password at the broker" };

    public FleetOptions(Command command)
    {
        foreach (Option option in new Option[] { _database, _root, _broker, _tls, _ca, _certificate, _certificateKey, _user, _password })
        {
            command.Options.Add(option);
        }
    }

    public string Root(ParseResult parsed) => parsed.GetRequiredValue(_root);

    /// <summary>Whether a broker in this process is asked for, and its port: 1883 unless `embedded:PORT` names another.</summary>
    public bool IsEmbedded(ParseResult parsed, out int port)
    {
        string text = parsed.GetRequiredValue(_broker);
        port = 1883;
        return text == Embedded || (text.StartsWith(Embedded + ":", StringComparison.Ordinal) && int.TryParse(text.AsSpan(Embedded.Length + 1), out port) && port is >= 0 and < 65536);
    }

    public FleetDatabase Open(ParseResult parsed) => FleetDatabase.Open(parsed.GetRequiredValue(_database));

    /// <param name="port">Of the broker in this process; null for the one that was named.</param>
    public BrokerOptions Broker(ParseResult parsed, int? port = null)
    {
        string? ca = parsed.GetValue(_ca);
        string? certificate = parsed.GetValue(_certificate);
        BrokerOptions options = new()
        {
            Tls = port is null && (parsed.GetValue(_tls) || ca is not null || certificate is not null),
            Authority = ca is null ? null : BrokerOptions.ReadCertificate(ca),
            Certificate = certificate is null ? null
                : BrokerOptions.ReadCertificate(certificate, parsed.GetValue(_certificateKey) ?? throw new FleetException("TN6308", "--cert needs the private key", certificate, "name it with --cert-key")),
            User = parsed.GetValue(_user),
            Password = parsed.GetValue(_password) is string variable
                ? Environment.GetEnvironmentVariable(variable) ?? throw new FleetException("TN6308", "the environment variable with the broker's password is not set", variable)
                : null,
        };
        return port is int own ? options with { Port = own } : options.At(parsed.GetRequiredValue(_broker));
    }
}
