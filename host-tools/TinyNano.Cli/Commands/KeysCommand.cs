using System.CommandLine;
using TinyNano.Fleet;
using TinyNano.Fleet.Signing;

namespace TinyNano.Cli.Commands;

/// <summary>`tinynano keys new` and `tinynano keys show`: the keys that manifests are signed with.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Makes and shows the keys that models are signed with.") { New(), Show() };

    /// <summary>The environment variable that has the passphrase of a private key.</summary>
    public static Option<string?> PassphraseEnv() => new("--passphrase-env") { Description = "environment variable with the passphrase of the private key" };

    /// <summary>The value of the variable; null where none is named.</summary>
    /// <exception cref="FleetException">TN6003: it is absent or empty.</exception>
    public static string? Passphrase(string? variable) => variable is null ? null
        : Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text
        : throw new FleetException("TN6003", "there is no passphrase", "environment variable " + variable, "set it, or leave --passphrase-env away");

    private static Command New()
    {
        Argument<string> name = new("name") { Description = "name of the key; the files are NAME.pem and NAME.pub" };
        Option<string?> output = new("--out", "-o") { Description = "the private key's file; the public key's has the extension .pub" };
        Option<string?> passphrase = PassphraseEnv();
        Command command = new("new", "Makes a P-256 key pair: a private key that only you may read, and a public key.") { name, output, passphrase };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string path = parsed.GetValue(output) ?? parsed.GetRequiredValue(name) + ".pem";
            string? secret = Passphrase(parsed.GetValue(passphrase));
            PublicKey key = KeyFiles.Create(path, secret);
            string publicPath = KeyFiles.PublicPath(path);
            console.Result(new { name = parsed.GetRequiredValue(name), id = key.IdText, privateKey = path, publicKey = publicPath, encrypted = secret is not null }, text =>
            {
                text.WriteLine($"key         {key.IdText}");
                text.WriteLine($"private     {path}   {(secret is null ? "not encrypted" : "encrypted")}; keep it off devices, servers and repositories");
                text.WriteLine($"public      {publicPath}   `tinynano keys show --c {publicPath}` prints its row of the firmware's table");
            });
            return ExitCode.Done;
        });
    }

    private static Command Show()
    {
        Argument<string[]> files = new("files") { Description = "keys in PEM, public or private", Arity = ArgumentArity.OneOrMore };
        Option<bool> c = new("--c") { Description = "print the rows of the firmware's key table (tn_update_key_t)" };
        Option<string[]> revoked = new("--revoked") { Description = "id of a key that is not trusted any more (may be repeated)" };
        Option<string?> passphrase = PassphraseEnv();
        Command command = new("show", "Shows the ids of keys, and the rows of the firmware's key table.") { files, c, revoked, passphrase };
        return command.Does(CommandBase.Json(), (parsed, console, _) =>
        {
            string? secret = Passphrase(parsed.GetValue(passphrase));
            string[] gone = parsed.GetValue(revoked) ?? [];
            (string Path, PublicKey Key)[] keys = [.. parsed.GetRequiredValue(files).Select(f => (f, PublicKey.FromFile(f, secret)))];
            if (gone.FirstOrDefault(id => !keys.Any(k => IsNamed(k.Key, id))) is string unknown)
            {
                throw new FleetException("TN6006", $"--revoked {unknown}: none of the keys has this id", hint: "a revoked key stays in the table, so give its public key as well");
            }

            bool Revoked(PublicKey key) => gone.Any(id => IsNamed(key, id));
            console.Result(
                new { keys = keys.Select(k => new { file = k.Path, id = k.Key.IdText, point = Convert.ToHexStringLower(k.Key.Point), revoked = Revoked(k.Key) }) },
                text =>
                {
                    foreach ((string path, PublicKey key) in keys)
                    {
                        text.Write(parsed.GetValue(c) ? key.ToC(Path.GetFileNameWithoutExtension(path), Revoked(key)) : $"key         {key.IdText}   {path}{(Revoked(key) ? "   revoked" : "")}\n");
                    }
                });
            return ExitCode.Done;
        });
    }

    private static bool IsNamed(PublicKey key, string id) => key.IdText.Equals(id, StringComparison.OrdinalIgnoreCase);
}
