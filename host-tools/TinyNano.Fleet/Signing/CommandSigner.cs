using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace TinyNano.Fleet.Signing;

/// <summary>
/// Lets a command sign, for keys that do not leave a token, an HSM or a cloud. The shell runs it. It gets the SHA-256 as 64
/// hexadecimal digits and a newline on standard input; `{digest}` in the command becomes these digits and `{file}` the name of a
/// file with the 32 bytes. It answers on standard output: DER or r||s, as bytes, hexadecimal or base64. Nothing is used that does not
/// verify with the public key.
/// </summary>
public sealed class CommandSigner : ISigner
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    // A signature in hexadecimal has fewer than 200 characters; anything much longer is something else.
    private const int MaxOutput = 64 * 1024;

    private readonly string _command;
    private readonly TimeSpan _timeout;

    public CommandSigner(PublicKey key, string command, TimeSpan? timeout = null)
    {
        Key = key;
        _command = command;
        _timeout = timeout ?? DefaultTimeout;
    }

    public PublicKey Key { get; }

    /// <exception cref="FleetException">TN6004: the command cannot be started, fails or does not end; TN6005: what it answers is no signature of the key.</exception>
    public byte[] Sign(byte[] digest)
    {
        string hex = Convert.ToHexStringLower(digest);
        string file = Path.Combine(Path.GetTempPath(), "tinynano-digest-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        bool needsFile = _command.Contains("{file}", StringComparison.Ordinal);
        try
        {
            if (needsFile)
            {
                File.WriteAllBytes(file, digest);
            }

            string command = _command.Replace("{digest}", hex, StringComparison.Ordinal).Replace("{file}", file, StringComparison.Ordinal);
            return Verified(digest, Run(command, hex));
        }
        finally
        {
            if (needsFile)
            {
                File.Delete(file);
            }
        }
    }

    public void Dispose()
    {
    }

    private byte[] Verified(byte[] digest, byte[] output)
    {
        bool any = false;
        foreach (byte[] signature in SignatureText.Readings(output))
        {
            any = true;
            if (Key.Verifies(digest, signature))
            {
                return signature;
            }
        }

        throw any
            ? new FleetException("TN6005", $"the signature that the command gave does not verify with key {Key.IdText}", _command, "check that the command uses the private key of --key, and signs the digest itself, not its hash")
            : new FleetException("TN6005", $"the command gave {output.Length} bytes that are no signature: {Excerpt(output)}", _command, "expected DER or r||s, as bytes, hexadecimal or base64, on standard output");
    }

    private byte[] Run(string command, string hex)
    {
        using Process process = Start(command);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<byte[]> output = ReadOutput(process.StandardOutput.BaseStream);
        try
        {
            process.StandardInput.WriteLine(hex);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It need not read what it has no use for.
        }

        bool ended = process.WaitForExit(_timeout) && Task.WaitAll([errors, output], TimeSpan.FromSeconds(5));
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            throw Failed($"did not end within {_timeout.TotalSeconds:0.#} s", "raise --signer-timeout, or see what the command waits for");
        }

        string said = errors.Result.Trim() is { Length: > 0 } text ? ": " + text : "";
        return process.ExitCode == 0 ? output.Result : throw Failed($"ended with exit code {process.ExitCode}{said}", "run it by hand with a digest of 64 hexadecimal digits on standard input");
    }

    private static async Task<byte[]> ReadOutput(Stream stream)
    {
        byte[] bytes = new byte[MaxOutput];
        int length = await stream.ReadAtLeastAsync(bytes, MaxOutput, throwOnEndOfStream: false).ConfigureAwait(false);
        await stream.CopyToAsync(Stream.Null).ConfigureAwait(false);
        return bytes[..length];
    }

    private Process Start(string command)
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd", ["/c", command]) : new("/bin/sh", ["-c", command]);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            return Process.Start(start) ?? throw Failed("does not start", "check --signer");
        }
        catch (Win32Exception e)
        {
            throw Failed("does not start: " + e.Message, "check --signer");
        }
    }

    private FleetException Failed(string what, string hint) => new("TN6004", "the signing command " + what, _command, hint);

    private static string Excerpt(byte[] output)
    {
        string text = new([.. output.Take(48).Select(b => b is >= 32 and < 127 ? (char)b : '.')]);
        return output.Length == 0 ? "nothing" : $"'{text}'";
    }
}
