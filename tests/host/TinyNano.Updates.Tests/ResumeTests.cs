using TinyNano.Contracts;
using TinyNano.TestKit;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>What is stored stays stored, whatever is lost in between: few bytes are fetched twice.</summary>
public sealed class ResumeTests
{
    private const int BlobBytes = 60_000;
    private const int ChunkBytes = 1024;
    private const int MessageBytes = ChunkBytes + PartMessage.FixedBytes;

    // Chunks of a sector of the flash, and parts under way.
    private const int SectorChunks = 4;
    private const int Window = 4;
    private readonly ITestOutputHelper _output;

    public ResumeTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task ConnectionCut_TenTimes()
    {
        await using UpdateSite site = await UpdateSite.OpenAsync();
        (SiteDevice device, byte[] blob, uint session) = await BeginAsync(site);
        int cuts = 0;
        await UntilConfirmedAsync(site, device, session, () =>
        {
            if (device.PartsArrived >= (cuts + 1) * 6 && cuts < 10)
            {
                cuts++;
                device.Proxy.Cut();
            }
        });
        Assert.Equal(10, cuts);
        Judge(site, device, blob, "10 cuts of the connection", cuts * Window);
    }

    [UpdateFact]
    public async Task DeviceRestarted_AtEachTenthOfTheParts()
    {
        await using UpdateSite site = await UpdateSite.OpenAsync();
        (SiteDevice device, byte[] blob, uint session) = await BeginAsync(site);
        int restarts = 0;
        int parts = (blob.Length / ChunkBytes) + 2;
        await UntilConfirmedAsync(site, device, session, () =>
        {
            if (restarts < 10 && device.PartsArrived >= (restarts + 1) * parts / 11)
            {
                restarts++;
                device.Restart();
            }
        });
        Assert.Equal(10, restarts);
        Judge(site, device, blob, "10 restarts", restarts * Window);
    }

    /// <summary>The flash loses its power at any operation, and the device goes on talking for a few parts until it restarts.</summary>
    [UpdateFact]
    public async Task FlashCut_AtSeededOperations()
    {
        const ulong Seed = 7;
        Seeded random = new(Seed);
        _output.WriteLine($"seed {Seed}");
        await using UpdateSite site = await UpdateSite.OpenAsync();
        (SiteDevice device, byte[] blob, uint session) = await BeginAsync(site);
        int cuts = 0;
        int lost = 0;
        int armedAt = -1;
        int deadAt = 0;
        await UntilConfirmedAsync(site, device, session, () =>
        {
            if (armedAt < 0 && cuts < 12 && (cuts < 2 || device.PartsArrived >= 4 * cuts))
            {
                // While the slot is erased; later each part is programmed, synced and noted, and some operations further the power fails.
                device.Device.Flash.CutPowerAfter((int)random.Next(1, 24));
                armedAt = device.PartsArrived;
                deadAt = armedAt + (int)random.Next(4, 9);
            }
            else if (armedAt >= 0 && (device.PartsArrived >= deadAt || device.Updater.State is UpdateState.Confirmed or UpdateState.Refused))
            {
                lost += device.PartsArrived - armedAt;
                armedAt = -1;
                cuts++;
                device.Restart();
                Assert.True(device.Device.ProveActive());
            }
        });
        Assert.True(cuts == 12 && lost > 0, $"{cuts} cuts, {lost} parts lost");

        // What came while the power was off is lost, and at worst the sector that was being written.
        Judge(site, device, blob, $"{cuts} power cuts of the flash, {lost} parts came meanwhile", lost + (cuts * (Window + SectorChunks)));
    }

    private static async Task<(SiteDevice Device, byte[] Blob, uint Session)> BeginAsync(UpdateSite site)
    {
        SiteDevice device = site.Add("kitchen", TestModels.Dense(1, BlobBytes));
        device.Start();
        byte[] blob = TestModels.Dense(2, BlobBytes);
        uint session = await site.OfferAsync(device, blob, UpdateSite.Options(1));
        return (device, blob, session);
    }

    private static async Task UntilConfirmedAsync(UpdateSite site, SiteDevice device, uint session, Action meanwhile) => await site.TickAsync(
        () =>
        {
            meanwhile();
            return device.Updater.State == UpdateState.Confirmed && device.Updater.Session.Number == session;
        },
        () => $"state {device.Updater.State}, status {device.Updater.Status}, {device.Updater.Session.PartsStored} of {device.Updater.Session.Parts} parts");

    private void Judge(UpdateSite site, SiteDevice device, byte[] blob, string what, int partsAgain)
    {
        Assert.Equal(blob, device.Device.ReadActive());
        Assert.True(device.Device.ProveActive());
        int chunks = (blob.Length + ChunkBytes - 1) / ChunkBytes;
        long once = blob.Length + (chunks * UpdateManifest.IndexEntryBytes) + ((chunks + 1) * PartMessage.FixedBytes);
        long most = once + (partsAgain * MessageBytes);
        long sent = site.Server.Counts.Bytes;
        _output.WriteLine($"{what}: {sent:N0} bytes sent, {once:N0} without, at most {most:N0}; {(double)sent / once:0.00} times");
        Assert.True(sent >= once && sent <= most, $"{sent} bytes were sent; {once} are needed and {most} allowed");
    }
}
