using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Signing;

namespace TinyNano.Contracts.Tests;

/// <summary>What the device reads in C of manifests, parts and patches is what the desk writes. ProtocolTests compares the latter with PROTOCOL.md.</summary>
public sealed partial class UpdateNativeTests
{
    private static readonly string s_manifest = Sources.Read("firmware-native", "update", "tn_manifest.c");
    private static readonly string s_patch = Sources.Read("firmware-native", "update", "tn_update_patch.c");
    private static readonly string s_header = Sources.Read("firmware-native", "include", "tn", "tn_manifest.h");

    [Fact]
    public void Manifest_HasTheSameOffsetsAndSizes()
    {
        Dictionary<string, (int At, int Size)> coded = [];
        (string Name, int At)[] fields = [.. typeof(UpdateManifest).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.Name.EndsWith("At", StringComparison.Ordinal))
            .Select(f => (f.Name[..^2].ToLowerInvariant(), (int)f.GetRawConstantValue()!)).OrderBy(f => f.Item2)];
        for (int i = 0; i < fields.Length; i++)
        {
            coded[fields[i].Name] = (fields[i].At, (i + 1 < fields.Length ? fields[i + 1].At : UpdateManifest.Bytes) - fields[i].At);
        }

        // The device has no use for the model's name.
        string[] unread = ["magic", "version", "bytes", "model"];
        MatchCollection reads = Read().Matches(s_manifest);
        Assert.Equal(coded.Keys.Except(unread).Order(), reads.Select(m => m.Groups["name"].Value.Replace("_", "", StringComparison.Ordinal)).Order());
        foreach (Match read in reads)
        {
            (int at, int size) = coded[read.Groups["name"].Value.Replace("_", "", StringComparison.Ordinal)];
            int bits = read.Groups["bits"].Success ? Number(read.Groups["bits"].Value) : read.Groups["byte"].Success ? 8 : size * 8;
            Assert.Equal((at, size * 8), (Number(read.Groups["at"].Value + read.Groups["byte"].Value), bits));
        }

        Assert.Contains("memcmp(bytes, \"TNUM\", 4) != 0 || bytes[4] != 1", s_manifest, StringComparison.Ordinal);
        Assert.Equal((0, 4, 6, 1), (UpdateManifest.MagicAt, UpdateManifest.VersionAt, UpdateManifest.BytesAt, UpdateManifest.Version));
        Assert.Contains("tn_read_u16(bytes + 6) != TN_MANIFEST_BYTES", s_manifest, StringComparison.Ordinal);
        Assert.Contains($"memcmp(keys[i].id, bytes + {UpdateManifest.KeyAt}, TN_KEY_ID_BYTES)", s_manifest, StringComparison.Ordinal);
        Assert.Contains($"is_zero(bytes, {UpdateManifest.ModelVersionAt}, {UpdateManifest.BlobHashAt}) && is_zero(bytes, {UpdateManifest.IndexRootAt}, {UpdateManifest.HardwareAt})", s_manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_HasTheSameConstants()
    {
        Assert.Equal(
            (UpdateManifest.Bytes, UpdateManifest.SignedBytes, UpdateManifest.TextBytes, UpdateManifest.KeyBytes, UpdateManifest.IndexEntryBytes),
            (Define("TN_MANIFEST_BYTES"), Define("TN_MANIFEST_SIGNED_BYTES"), Define("TN_HARDWARE_BYTES"), Define("TN_KEY_ID_BYTES"), Define("TN_INDEX_ENTRY_BYTES")));
        Assert.Equal(PublicKey.IdBytes, UpdateManifest.KeyBytes);
        Assert.Equal(PublicKey.SignatureBytes, UpdateManifest.SignatureBytes);
        foreach ((string name, int kind) in new[] { ("INSTALL", ManifestKind.Install), ("REVERT", ManifestKind.Revert), ("REVOKE", ManifestKind.Revoke) })
        {
            Assert.Matches($@"TN_MANIFEST_{name} = {kind}\b", s_header);
        }

        Assert.Equal([512, 1024, 2048], PartLayout.ChunkSizes);
        Assert.Contains(string.Join(" || ", PartLayout.ChunkSizes.Select(c => $"m->chunk_bytes == {c}")), s_manifest, StringComparison.Ordinal);
        Assert.Contains("(m->chunks * TN_INDEX_ENTRY_BYTES + m->chunk_bytes - 1u) / m->chunk_bytes", s_manifest, StringComparison.Ordinal);
        Assert.Contains($"#define TN_UPDATE_PARTS {PartLayout.MaxParts}u", Sources.Read("firmware-native", "include", "tn", "tn_update.h"), StringComparison.Ordinal);
    }

    [Fact]
    public void KeyTable_HasTheRowsThatKeysShowPrints()
    {
        string[] members = [.. Member().Matches(KeyStruct().Match(s_header).Value).Select(m => m.Groups[1].Value)];
        Assert.Equal(["id", "point", "revoked"], members);
    }

    [Fact]
    public void Patches_HaveTheSamePieces()
    {
        Assert.Contains($"head & 0x{PatchFormat.CopyFlag:X}u ? {PatchFormat.CopyPieceBytes - PatchFormat.LiteralPieceBytes} : head", s_patch, StringComparison.Ordinal);
        Assert.Contains($"head & 0x{PatchFormat.CopyFlag - 1:X}u", s_patch, StringComparison.Ordinal);
        Assert.Contains($"p->at += {PatchFormat.LiteralPieceBytes};", s_patch, StringComparison.Ordinal);
        Assert.Contains("a u16 whose bit 15 is set is a copy", Sources.Read("docs", "PROTOCOL.md"), StringComparison.Ordinal);
    }

    private static int Define(string name) => Number(Regex.Match(s_header, $@"#define {name} (\d+)u").Groups[1].Value);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"m->(?<name>\w+) = (?:tn_read_u(?<bits>\d+)\(bytes \+ (?<at>\d+)\)|bytes\[(?<byte>\d+)\]|bytes \+ (?<at>\d+));")]
    private static partial Regex Read();

    [GeneratedRegex(@"typedef struct tn_update_key \{.*?\}", RegexOptions.Singleline)]
    private static partial Regex KeyStruct();

    [GeneratedRegex(@"(?:uint8_t|bool) (\w+)[\[;]")]
    private static partial Regex Member();
}
