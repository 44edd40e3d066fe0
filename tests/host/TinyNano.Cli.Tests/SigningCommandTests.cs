using System.Text.Json;
using System.Xml.Linq;
using TinyNano.TestKit;

namespace TinyNano.Cli.Tests;

/// <summary>keys, sign, verify of manifests, and diff, as a user types them.</summary>
public sealed class SigningCommandTests : InTemporaryFolder
{
    private static readonly string Smallest = Path.Combine(SharedData.ProjectRoot, "tests", "golden", "smallest.tnb");
    private static readonly string[] Always = ["--rollout", "7", "--counter", "3", "--issued", "2026-11-24T22:00:00Z"];

    [Fact]
    public void SignAndVerify_WithANewKey()
    {
        string id = JsonDocument.Parse(Good("keys", "new", "release", "--json").Out).RootElement.GetProperty("id").GetString()!;
        Good(["sign", Smallest, "--key", "release.pem", "--hardware", "cam-a", "--latency-budget", "50ms", "--health", "2m", "--shadow", "10:200:95", "--chunk", "512", "-o", "m.tnm", .. Always]);
        Assert.Equal(256, new FileInfo(Path.Combine(Folder, "m.tnm")).Length);
        JsonElement result = JsonDocument.Parse(Good("verify", "m.tnm", "--trust", "release.pub", "--blob", Smallest, "--json").Out).RootElement;
        Assert.Equal("trusted", result.GetProperty("verdict").GetString());
        JsonElement manifest = result.GetProperty("manifest");
        Assert.Equal(("install", 7, "2026-11-24T22:00:00Z", 50_000, 120, id), (
            manifest.GetProperty("kind").GetString(), manifest.GetProperty("rollout").GetInt32(), manifest.GetProperty("issued").GetString(),
            manifest.GetProperty("latencyBudgetMicroseconds").GetInt32(), manifest.GetProperty("healthSeconds").GetInt32(), manifest.GetProperty("key").GetString()));
        Assert.Contains("trusted     m.tnm", Good("verify", "m.tnm", "--trust", "release.pub").Out, StringComparison.Ordinal);
        Refused(-19, "verify", "m.tnm", "--trust", "release.pub", "--hardware", "cam-b");
        Refused(-17, "verify", "m.tnm", "--trust", "release.pub", "--counter", "4");
        Refused(-15, "verify", "m.tnm", "--trust", "release.pub", "--revoked", id);
        Refused(-14, "verify", "m.tnm");

        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, "m.tnm"));
        bytes[16]++;
        File.WriteAllBytes(Path.Combine(Folder, "m.tnm"), bytes);
        Refused(-16, "verify", "m.tnm", "--trust", "release.pub");
        File.WriteAllBytes(Path.Combine(Folder, "m.tnm"), bytes[..200]);
        Refused(-13, "verify", "m.tnm", "--trust", "release.pub");
    }

    [Fact]
    public void RevertAndRevoke()
    {
        Good("keys", "new", "k");
        string Kind(params string[] what)
        {
            Good(["sign", .. what, "--key", "k.pem", "-o", "m.tnm", .. Always]);
            return JsonDocument.Parse(Good("verify", "m.tnm", "--trust", "k.pub", "--json").Out).RootElement.GetProperty("manifest").GetProperty("kind").GetString()!;
        }

        Assert.Equal("revert", Kind("--revert"));
        Assert.Equal("revert", Kind("--revert", Smallest));
        Assert.Equal("revoke", Kind("--revoke", new string('a', 64)));
        Refuses("TN6006", ["sign", Smallest, "--revert", "--key", "k.pem", "-o", "x.tnm", .. Always]);
        Refuses("TN6006", ["sign", "--revoke", "nothing", "--key", "k.pem", "-o", "x.tnm", .. Always]);
        Refuses("TN6006", ["sign", Smallest, "-o", "x.tnm", .. Always]);
        Refuses("TN6101", ["sign", Smallest, "--key", "k.pem", "--shadow", "10:200", "-o", "x.tnm", .. Always]);
        Refuses("TN6101", ["sign", Smallest, "--key", "k.pem", "--health", "soon", "-o", "x.tnm", .. Always]);
        Refuses("TN6002", ["sign", Smallest, "--key", "k.pub", "-o", "x.tnm", .. Always]);
        Assert.False(File.Exists(Path.Combine(Folder, "x.tnm")));
    }

    [Fact]
    public void KeysShow_GivesIdsAndRows()
    {
        Good("keys", "new", "a");
        Good("keys", "new", "b", "--out", "other.pem");
        JsonElement keys = JsonDocument.Parse(Good("keys", "show", "a.pub", "other.pub", "--json").Out).RootElement.GetProperty("keys");
        string revoked = keys[1].GetProperty("id").GetString()!;
        string rows = Good("keys", "show", "--c", "a.pub", "other.pub", "--revoked", revoked).Out;
        Assert.Equal(2 * 72, rows.Split("0x").Length - 1);
        Assert.True(rows.IndexOf("false,", StringComparison.Ordinal) < rows.IndexOf("true,", StringComparison.Ordinal));
        Refuses("TN6001", "keys", "new", "a");
        Refuses("TN6006", "keys", "show", "a.pub", "--revoked", revoked);
        Refuses("TN6003", "keys", "new", "c", "--passphrase-env", "TINYNANO_NO_SUCH_VARIABLE");
    }

    [Fact]
    public void Diff_SaysWhatTravels()
    {
        JsonElement same = JsonDocument.Parse(Good("diff", Smallest, Smallest, "--chunk", "512", "--json").Out).RootElement;
        Assert.Equal(0, same.GetProperty("sections").GetArrayLength());
        Assert.Equal("copies", same.GetProperty("chunks")[0].GetProperty("encoding").GetString());
        Assert.Equal(256 + 20 + 16 + 20 + 8, same.GetProperty("travel").GetProperty("totalBytes").GetInt32());

        // The same model, but for the first byte of its constants.
        byte[] bytes = File.ReadAllBytes(Smallest);
        Compiler.Emit.Blob blob = Compiler.Emit.BlobReader.Read(bytes);
        bytes[blob.Section(Compiler.Emit.SectionKind.Constants)!.Offset] ^= 1;
        BitConverter.TryWriteBytes(bytes.AsSpan(12), Compiler.Emit.BlobFormat.Crc32(bytes.AsSpan(16)));
        File.WriteAllBytes(Path.Combine(Folder, "b.tnb"), bytes);
        string text = Good("diff", Smallest, "b.tnb", "--svg", "d.svg").Out;
        Assert.Contains("constants", text, StringComparison.Ordinal);
        Assert.Contains("step 0 ", text, StringComparison.Ordinal);
        Assert.Contains("patches         1 messages", text, StringComparison.Ordinal);
        XDocument.Load(Path.Combine(Folder, "d.svg"));
        Refuses("TN6201", "diff", Smallest, Smallest, "--chunk", "100");
    }

    [Theory]
    [InlineData("TN6004", "keys and signatures")]
    [InlineData("TN6101", "manifests")]
    [InlineData("TN6201", "deltas")]
    public void Explain_KnowsTheIds(string id, string stage) => Assert.Contains(stage, Good("explain", id).Out, StringComparison.Ordinal);

    private Tool.Result Good(params string[] arguments)
    {
        Tool.Result result = Run(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}\nexit {result.ExitCode}\n{result.Error}");
        return result;
    }

    private void Refused(int status, params string[] arguments)
    {
        Tool.Result result = Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"(status {status};", result.Out, StringComparison.Ordinal);
    }

    private void Refuses(string id, params string[] arguments)
    {
        Tool.Result result = Run(arguments);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"error {id}: ", result.Error, StringComparison.Ordinal);
    }
}
