using System.Buffers.Binary;
using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Signing;
using TinyNano.Simulator;

namespace TinyNano.Fleet.Tests.Signing;

/// <summary>What is signed, and what the desk says of it with the device's codes.</summary>
public sealed class ManifestTests : InTemporaryFolder
{
    private static readonly ManifestOptions Options = new()
    {
        Rollout = 7, Counter = 3, Hardware = "cam-a", Issued = new DateTimeOffset(2026, 11, 24, 22, 0, 0, TimeSpan.Zero), ChunkBytes = 512,
        LatencyBudget = TimeSpan.FromMilliseconds(50), Health = TimeSpan.FromMinutes(2), Shadow = new ShadowOptions(10, 200, 95),
    };

    private readonly PemSigner _signer = NewSigner();

    [Fact]
    public void Install_SaysWhatTheBlobSays()
    {
        UpdateManifest m = Read(Sign(ManifestBuilder.Install(Smallest, "b", Options)));
        Assert.Equal(ManifestKind.Install, m.Kind);
        Assert.Equal((7u, 3u, 1795557600u), (m.Rollout, m.Counter, m.Issued));
        Assert.Equal((uint)Smallest.Length, m.BlobBytes);
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(Smallest.AsSpan(12)), m.BlobCrc);
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(Smallest.AsSpan(16)), m.ArenaBytes);
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(Smallest.AsSpan(24)), m.ModelVersion);
        Assert.Equal(Smallest[32..48], m.Operators);
        Assert.Equal(SHA256.HashData(Smallest), m.BlobHash);
        Assert.Equal((512, (Smallest.Length + 511) / 512), (m.ChunkBytes, m.Chunks));
        Assert.Equal((50_000u, 120, 10, 200, 95), (m.LatencyBudget, m.HealthSeconds, m.ShadowEvery, m.ShadowSamples, m.ShadowAgreement));
        Assert.Equal(("cam-a", 1, 0), (m.Hardware, m.KernelAbi, m.Target));
        Assert.Equal(ChunkIndex.Root(ChunkIndex.Of(Smallest, 512)), m.IndexRoot);
        Assert.Equal(_signer.Key.Id, m.Key);
    }

    [Fact]
    public void SameInputs_SameBytesButForTheSignature()
    {
        byte[] a = Sign(ManifestBuilder.Install(Smallest, "b", Options));
        byte[] b = Sign(ManifestBuilder.Install(Smallest, "b", Options));
        Assert.Equal(a[..UpdateManifest.SignedBytes], b[..UpdateManifest.SignedBytes]);
        Assert.NotEqual(a[UpdateManifest.SignedBytes..], b[UpdateManifest.SignedBytes..]);
        Assert.Equal(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(a)), ManifestBuilder.Session(a));
    }

    [Fact]
    public void EveryBitThatIsChanged_IsSeen()
    {
        byte[] good = Sign(ManifestBuilder.Install(Smallest, "b", Options));
        ManifestTrust trust = new() { Keys = [_signer.Key] };
        Assert.Equal(Status.Ok, ManifestCheck.Check(good, trust).Status);
        for (int bit = 0; bit < good.Length * 8; bit += 3)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Status status = ManifestCheck.Check(bad, trust).Status;
            bool inKey = bit / 8 is >= UpdateManifest.KeyAt and < UpdateManifest.SignatureAt;
            Assert.True(inKey ? status == Status.Key : status is Status.Signature or Status.Manifest, $"bit {bit}: {status}");
        }
    }

    [Fact]
    public void EachReason_HasTheDevicesCode()
    {
        byte[] bytes = Sign(ManifestBuilder.Install(Smallest, "b", Options));
        ManifestTrust trust = new() { Keys = [_signer.Key], Blob = Smallest, Hardware = "cam-a", Counter = 3, Issued = Read(bytes).Issued, SlotBytes = (uint)Smallest.Length, ArenaBytes = Read(bytes).ArenaBytes };
        byte[] otherBlob = [.. Smallest];
        otherBlob[^1] ^= 1;
        void Expect(Status status, ManifestTrust changed) => Assert.Equal(status, ManifestCheck.Check(bytes, changed).Status);
        Expect(Status.Ok, trust);
        Expect(Status.Key, trust with { Keys = [NewSigner().Key] });
        Expect(Status.Key, trust with { Keys = [] });
        Expect(Status.Revoked, trust with { Revoked = [_signer.Key.IdText] });
        Expect(Status.Stale, trust with { Issued = trust.Issued + 1 });
        Expect(Status.Counter, trust with { Counter = 4 });
        Expect(Status.Hardware, trust with { Hardware = "cam-b" });
        Expect(Status.Size, trust with { SlotBytes = trust.SlotBytes - 1 });
        Expect(Status.Arena, trust with { ArenaBytes = trust.ArenaBytes - 1 });
        Expect(Status.Hash, trust with { Blob = otherBlob });
        Assert.Equal(Status.Manifest, ManifestCheck.Check(bytes[..255], trust).Status);
        Assert.Equal(Status.Manifest, ManifestCheck.Check([.. bytes, 0], trust).Status);

        // A manifest that lies about its blob, signed all the same.
        UpdateManifest lie = ManifestBuilder.Install(Smallest, "b", Options);
        lie.ArenaBytes -= 16;
        Assert.Equal(Status.Mismatch, ManifestCheck.Check(Sign(lie), trust).Status);
        UpdateManifest root = ManifestBuilder.Install(Smallest, "b", Options);
        root.IndexRoot[0] ^= 1;
        Assert.Equal(Status.Hash, ManifestCheck.Check(Sign(root), trust).Status);
        UpdateManifest agreement = ManifestBuilder.Install(Smallest, "b", Options);
        agreement.ShadowAgreement = 101;
        Assert.Equal(Status.Manifest, ManifestCheck.Check(Sign(agreement), trust).Status);
        Assert.Equal(Status.Manifest, ManifestCheck.Check(Sign(ManifestBuilder.Revoke(new byte[32], "m", Options)), trust).Status);
        UpdateManifest abi = ManifestBuilder.Install(Smallest, "b", Options);
        abi.KernelAbi = 2;
        Assert.Equal(Status.Version, ManifestCheck.Check(Sign(abi), trust).Status);
    }

    [Fact]
    public void RevertAndRevoke_NameAModelAndNothingElse()
    {
        byte[] hash = SHA256.HashData(Smallest);
        foreach (UpdateManifest m in new[] { ManifestBuilder.Revert(hash, "m", Options), ManifestBuilder.Revoke(hash, "m", Options), ManifestBuilder.Revert(null, "", Options) })
        {
            byte[] bytes = Sign(m);
            Assert.True(ManifestCheck.Check(bytes, new ManifestTrust { Keys = [_signer.Key], Hardware = "cam-a" }).IsGood);
            Assert.All(bytes[20..72], b => Assert.Equal(0, b));
            Assert.All(bytes[104..136], b => Assert.Equal(0, b));
        }

        byte[] revoke = Sign(ManifestBuilder.Revoke(hash, "m", Options));
        Assert.True(ManifestCheck.Check(revoke, new ManifestTrust { Keys = [_signer.Key], Blob = Smallest }).IsGood);
        Assert.Equal(ManifestKind.Revoke, revoke[UpdateManifest.KindAt]);
    }

    [Fact]
    public void OptionsOutOfRange_AreNamed()
    {
        void Refused(string id, string words, ManifestOptions options)
        {
            FleetException e = Assert.Throws<FleetException>(() => ManifestBuilder.Install(Smallest, "b", options));
            Assert.Equal(id, e.Diagnostic.Id);
            Assert.Contains(words, e.Message, StringComparison.Ordinal);
        }

        Refused("TN6101", "--hardware", Options with { Hardware = new string('h', 25) });
        Refused("TN6101", "--health", Options with { Health = TimeSpan.FromSeconds(65536) });
        Refused("TN6101", "--latency-budget", Options with { LatencyBudget = TimeSpan.FromHours(2) });
        Refused("TN6101", "percent", Options with { Shadow = new ShadowOptions(1, 1, 101) });
        Refused("TN6101", "--issued", Options with { Issued = new DateTimeOffset(1969, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        Refused("TN6201", "512, 1024, 2048", Options with { ChunkBytes = 256 });
        Assert.Equal(65535, ManifestBuilder.Install(Smallest, "b", Options with { Health = TimeSpan.FromSeconds(65535) }).HealthSeconds);
    }

    private static PemSigner NewSigner()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new PemSigner(key.ExportPkcs8PrivateKeyPem(), "test");
    }

    private static UpdateManifest Read(byte[] bytes)
    {
        UpdateManifest manifest = new();
        Assert.True(manifest.Decode(bytes, bytes.Length));
        return manifest;
    }

    private byte[] Sign(UpdateManifest manifest) => ManifestBuilder.Sign(manifest, _signer);
}
