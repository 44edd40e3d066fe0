using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet;
using TinyNano.Fleet.Delta;
using TinyNano.Fleet.Signing;
using TinyNano.Inference;
using TinyNano.Simulator;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>Everything that a device must refuse, over a real broker: with its own code, and before it asks for a part where the manifest can tell.</summary>
public sealed class RefusalTests
{
    private const int BlobBytes = 12_000;
    private readonly ITestOutputHelper _output;

    public RefusalTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task WhatTheManifestTells_IsRefusedBeforeThePartsAreAskedFor()
    {
        byte[] old = TestModels.Dense(1, BlobBytes);
        byte[] good = TestModels.Dense(2, BlobBytes);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SiteDevice device = site.Add("kitchen", old, slotBytes: 1_200 * 1024);
        device.Start();

        // The device's floors: what it has confirmed was issued as number 100 and has the counter 5.
        await site.ConfirmAsync(device, good, UpdateSite.Options(100) with { Counter = 5 });
        int number = 200;
        ManifestOptions Next() => UpdateSite.Options(number++) with { Counter = 5 };
        UpdateManifest Install(ManifestOptions? options = null) => ManifestBuilder.Install(old, "old.tnb", options ?? Next());
        byte[] Changed(Action<UpdateManifest> change)
        {
            UpdateManifest manifest = Install();
            change(manifest);
            return site.Sign(manifest);
        }

        byte[] flipped = site.Sign(Install());
        flipped[^1] ^= 1;
        byte[] forged = site.Sign(Install());
        forged[UpdateManifest.CounterAt + 2] ^= 1;
        byte[] magic = site.Sign(Install());
        magic[0] ^= 1;
        (string Name, byte[] Manifest, int Status)[] cases =
        [
            ("cut short", site.Sign(Install())[..255], InferenceStatus.Manifest),
            ("no magic", magic, InferenceStatus.Manifest),
            ("unknown key", site.Sign(Install(), stranger), InferenceStatus.Key),
            ("revoked key", site.Sign(Install(), site.RevokedKey), InferenceStatus.Revoked),
            ("wrong signature", flipped, InferenceStatus.Signature),
            ("changed after signing", forged, InferenceStatus.Signature),
            ("issued before", site.Sign(Install(UpdateSite.Options(99) with { Counter = 5 })), InferenceStatus.Stale),
            ("older counter", site.Sign(Install(Next() with { Counter = 4 })), InferenceStatus.Counter),
            ("other hardware", site.Sign(Install(Next() with { Hardware = "other" })), InferenceStatus.Hardware),
            ("kernel ABI", Changed(m => m.KernelAbi += 100), InferenceStatus.Version),
            ("target", Changed(m => m.Target = 250), InferenceStatus.Target),
            ("element types", Changed(m => m.Types |= 0x8000), InferenceStatus.Type),
            ("missing operator", Changed(m => m.Operators[15] |= 0x40), InferenceStatus.Op),
            ("oversized", Changed(m => (m.BlobBytes, m.Chunks, m.ChunkBytes) = (1_300 * 1024, 1_300, 1024)), InferenceStatus.Size),
            ("too many parts", Changed(m => (m.BlobBytes, m.Chunks, m.ChunkBytes) = (1_100 * 1024, 2_200, 512)), InferenceStatus.Limit),
            ("arena", Changed(m => m.ArenaBytes = 64 * 1024 * 1024), InferenceStatus.Arena),
        ];
        List<uint> sessions = [];
        foreach ((string name, byte[] manifest, int status) in cases)
        {
            // Published as any server would, so that whoever cannot look into a manifest cannot help here.
            Assert.True(await site.Server.OfferAsync(device.Name, manifest), name);
            uint session = ManifestBuilder.Session(manifest);
            UpdateMessage said = await site.UntilAsync(device, session, UpdateState.Refused);
            Assert.True(status == said.Status, $"{name}: status {said.Status}, expected {status}");
            Assert.Equal(0, said.PartsStored);
            Explanation explained = Explanations.Find($"{said.Status}")!;
            _output.WriteLine($"{name,-22} {said.Status,4} {explained.Name,-18} {explained.Meaning}");
            sessions.Add(session);
        }

        // A request would have come before those of a later update.
        await site.ConfirmAsync(device, old, Next());
        Assert.All(sessions, s => Assert.Equal(0, site.Requests(device, s)));
        Assert.All(sessions, s => Assert.All(site.Said(device, s), m => Assert.Equal(UpdateState.Refused, m.State)));
        Assert.Equal(cases.Length, sessions.Distinct().Count());
        Assert.Equal(0, site.Server.Counts.Unknown);
    }

    [UpdateFact]
    public async Task WhatOnlyTheBlobTells_IsRefusedAndTheOldModelStays()
    {
        byte[] old = TestModels.Dense(1, BlobBytes);
        byte[] good = TestModels.Dense(2, BlobBytes);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        int number = 1;

        async Task RefusedAsync(string name, byte[] blob, int status, ManifestOptions? options = null)
        {
            UpdateManifest manifest = Fitting(good, blob, options ?? UpdateSite.Options(number++));
            (byte[] bytes, uint session) = await site.KeepAsync(site.Sign(manifest), blob);
            Assert.True(await site.Server.OfferAsync(device.Name, bytes));
            UpdateMessage said = await site.UntilAsync(device, session, UpdateState.Refused);
            Assert.True(status == said.Status, $"{name}: status {said.Status}, expected {status}");
            Assert.True(site.Requests(device, session) > 0, name);
            Assert.Equal(old, device.Device.ReadActive());
            Assert.True(device.Device.ProveActive());
            Assert.DoesNotContain(site.Said(device, session), m => m.State == UpdateState.Trial);
            Explanation explained = Explanations.Find($"{said.Status}")!;
            _output.WriteLine($"{name,-22} {said.Status,4} {explained.Name,-18} {explained.Meaning}");
        }

        // The desk takes no blob that is cut short; where the header was made to fit, the device notices.
        await Assert.ThrowsAsync<FleetException>(() => site.KnowAsync(good[..^1000]));
        await RefusedAsync("truncated blob", TestModels.Altered(good[..^1000], b => LittleEndian.PutUInt32(b, 8, (uint)b.Length)), InferenceStatus.Format);
        await RefusedAsync("another version", TestModels.Dense(3, BlobBytes, version: 9), InferenceStatus.Mismatch);
        byte[] broken = (byte[])good.Clone();
        broken[^100] ^= 1;
        await RefusedAsync("bytes changed", broken, InferenceStatus.Checksum);
        await RefusedAsync("golden vectors", TestModels.Unproved(good), InferenceStatus.Proof);
        await RefusedAsync("latency budget", good, InferenceStatus.Latency, UpdateSite.Options(number++) with { LatencyBudget = TimeSpan.FromMicroseconds(1) });

        // The device asks for none of them again after a restart, and takes the next one.
        device.Restart();
        await site.ConfirmAsync(device, good, UpdateSite.Options(number++));
    }

    [UpdateFact]
    public async Task AShadowThatDisagrees_IsRefused_AndOneThatAgreesIsNot()
    {
        byte[] old = TestModels.Dense(1, BlobBytes);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        uint session = await site.OfferAsync(device, TestModels.Dense(2, BlobBytes), UpdateSite.Options(1) with { Shadow = new ShadowOptions(2, 40, 80) });
        UpdateMessage said = await site.UntilAsync(device, session, UpdateState.Refused);
        Assert.Equal(InferenceStatus.Shadow, said.Status);
        Assert.Equal(40u, said.ShadowSamples);
        Assert.True(said.ShadowAgreed < 32, $"{said.ShadowAgreed} of 40 agree");
        Assert.Contains(site.Said(device, session), m => m.State == UpdateState.Shadow);
        Assert.DoesNotContain(site.Said(device, session), m => m.State == UpdateState.Trial);
        Assert.Equal(old, device.Device.ReadActive());

        byte[] same = TestModels.Dense(1, BlobBytes, version: 2);
        session = await site.OfferAsync(device, same, UpdateSite.Options(2) with { Shadow = new ShadowOptions(2, 40, 100) });
        said = await site.UntilAsync(device, session, UpdateState.Confirmed);
        Assert.Equal((40u, 40u), (said.ShadowSamples, said.ShadowAgreed));
        Assert.Equal(same, device.Device.ReadActive());
    }

    // A manifest that says of the bytes what a blob that they should be says of itself.
    private static UpdateManifest Fitting(byte[] claimed, byte[] bytes, ManifestOptions options)
    {
        UpdateManifest manifest = ManifestBuilder.Install(claimed, "claimed.tnb", options);
        PartLayout layout = new(bytes.Length, manifest.ChunkBytes);
        manifest.BlobBytes = (uint)bytes.Length;
        manifest.BlobCrc = LittleEndian.GetUInt32(bytes, 12);
        manifest.Chunks = layout.Chunks;
        SHA256.HashData(bytes).CopyTo(manifest.BlobHash, 0);
        ChunkIndex.Root(ChunkIndex.Of(bytes, manifest.ChunkBytes)).CopyTo(manifest.IndexRoot, 0);
        return manifest;
    }
}
