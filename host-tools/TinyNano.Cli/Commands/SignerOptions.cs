using System.CommandLine;
using TinyNano.Fleet;
using TinyNano.Fleet.Signing;

namespace TinyNano.Cli.Commands;

/// <summary>Who signs: a file, an environment variable or a command.</summary>
internal sealed class SignerOptions
{
    private readonly Option<string?> _key = new("--key") { Description = "the private key in PEM; with --signer the public key" };
    private readonly Option<string?> _keyEnv = new("--key-env") { Description = "environment variable with the private key in PEM" };
    private readonly Option<string?> _passphrase = KeysCommand.PassphraseEnv();
    private readonly Option<string?> _signer = new("--signer")
    {
        Description = "command that signs: gets the SHA-256 in hexadecimal on standard input, {digest} is the same and {file} a file with its 32 bytes; answers DER or r||s as bytes, hexadecimal or base64",
    };

    private readonly Option<string> _timeout = new("--signer-timeout") { Description = "how long the command may take", DefaultValueFactory = _ => "60s" };

    public SignerOptions(Command command)
    {
        foreach (Option option in new Option[] { _key, _keyEnv, _passphrase, _signer, _timeout })
        {
            command.Options.Add(option);
        }
    }

    public ISigner Open(ParseResult parsed)
    {
        string? key = parsed.GetValue(_key);
        string? passphrase = KeysCommand.Passphrase(parsed.GetValue(_passphrase));
        if (parsed.GetValue(_signer) is string command)
        {
            string file = key ?? throw new FleetException("TN6006", "--signer needs the public key to check what the command gives", hint: "name it with --key");
            return new CommandSigner(PublicKey.FromFile(file, passphrase), command, Durations.Parse("--signer-timeout", parsed.GetRequiredValue(_timeout)));
        }

        return (key, parsed.GetValue(_keyEnv)) switch
        {
            (string file, null) => PemSigner.FromFile(file, passphrase),
            (null, string variable) => PemSigner.FromEnvironment(variable, passphrase),
            _ => throw new FleetException("TN6006", "who signs? expected one of --key FILE, --key-env NAME and --signer 'COMMAND' with --key", hint: "make a key with `tinynano keys new`"),
        };
    }
}
