using System.Security.Cryptography;
using TinyNano.Contracts;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Signing;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Updates;
using TinyNano.Inference;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>Groups, deltas, and manifests that take models back.</summary>
public sealed class FleetUpdateTests
{
    private const int BlobBytes = 60_000;
    private readonly ITestOutputHelper _output;

    public FleetUpdateTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task AGroup_GetsEachPartOnce_AndStragglersFetchTheRest()
    {
        const string Group = "barn";
        const int Good = 4;
        byte[] old = TestModels.Dense(1, BlobBytes);
        byte[] blob = TestModels.Dense(2, BlobBytes);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        List<SiteDevice> devices = [.. Enumerable.Range(0, Good).Select(i => site.Add($"good-{i}", old, Group))];
        SiteDevice deaf = site.Add("deaf-5", old, Group, new ChaosRates(Drop: 4, 0, 0, 0));
        SiteDevice cut = site.Add("cut-6", old, Group);
        SiteDevice late = site.Add("late-7", old, Group);
        devices.AddRange([deaf, cut]);
        devices.ForEach(d => d.Start());
        (byte[] manifest, uint session) = await site.PrepareAsync(blob, UpdateSite.Options(1));
        Assert.True(await site.Server.OfferGroupAsync(Group, manifest));
        await site.TickAsync(() => devices.TrueForAll(d => d.Updater.State == UpdateState.Receiving), () => "not all receive");
        Task delivery = site.Server.DeliverAsync(Group, session, null, CancellationToken.None);
        await site.TickAsync(
            () =>
            {
                if (cut.PartsArrived >= 20 && cut.Proxy.Cuts == 0)
                {
                    cut.Proxy.Cut();
                }

                return delivery.IsCompleted;
            },
            () => "the delivery does not end");
        await delivery;
        devices.Add(late);
        late.Start();
        await site.TickAsync(
            () => devices.TrueForAll(d => d.Updater.State == UpdateState.Confirmed),
            () => string.Join(", ", devices.Select(d => $"{d.Name} {d.Updater.State}/{d.Updater.Status}")));
        Assert.All(devices, d => Assert.Equal(blob, d.Device.ReadActive()));

        ServerCounts counts = site.Server.Counts;
        int chunks = (blob.Length + 1023) / 1024;
        int parts = chunks + 1;
        _output.WriteLine($"{devices.Count} devices: {counts.GroupMessages} group messages, {counts.GroupBytes:N0} B; {counts.Messages} single ones, {counts.Bytes:N0} B; {deaf.Bus.Lost} lost by one of them");
        Assert.Equal(parts, counts.GroupMessages);
        Assert.Equal(blob.Length + (chunks * UpdateManifest.IndexEntryBytes) + (parts * PartMessage.FixedBytes), counts.GroupBytes);

        // Late fetches all, the deaf one what it lost (and loses some of that again), the third what went by while it was away.
        Assert.InRange(counts.Messages, parts + deaf.Bus.Lost / 2, parts + (2 * deaf.Bus.Lost) + parts);
        int asked = devices.Take(Good).Sum(d => site.Requests(d, session));
        Assert.True(asked <= Good, $"{asked} requests of those that heard everything");
    }

    [UpdateFact]
    public async Task ARetrainedHead_TravelsInKilobytes()
    {
        byte[] old = TestModels.WithHead(body: 1, head: 1, BlobBytes, version: 1);
        byte[] blob = TestModels.WithHead(body: 1, head: 2, BlobBytes, version: 2);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        await site.KnowAsync(old);
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        await site.ConfirmAsync(device, blob, UpdateSite.Options(1));
        long bytes = site.Server.Counts.Bytes;
        _output.WriteLine($"{blob.Length:N0} bytes of model, {bytes:N0} bytes of part messages in {site.Server.Counts.Messages}, {site.Server.Counts.Requests} requests");
        Assert.True(bytes < blob.Length / 8, $"{bytes} bytes of {blob.Length}");
        Assert.True(device.Device.ProveActive());

        // Of a device that runs what the server has never seen, all of it.
        SiteDevice stranger = site.Add("porch", TestModels.Dense(9, BlobBytes));
        stranger.Start();
        await site.ConfirmAsync(stranger, blob, UpdateSite.Options(2));
        Assert.True(site.Server.Counts.Bytes - bytes > blob.Length);
    }

    [UpdateFact]
    public async Task RevertsAndRevocations_TakeModelsBack()
    {
        byte[] old = TestModels.Dense(1, BlobBytes / 4);
        byte[] second = TestModels.Dense(2, BlobBytes / 4);
        byte[] third = TestModels.Dense(3, BlobBytes / 4);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        async Task<UpdateMessage> CommandAsync(UpdateManifest manifest, int state)
        {
            byte[] bytes = site.Sign(manifest);
            Assert.True(await site.Server.OfferAsync(device.Name, bytes));
            return await site.UntilAsync(device, ManifestBuilder.Session(bytes), state);
        }

        await site.ConfirmAsync(device, second, UpdateSite.Options(1));
        Assert.Equal(InferenceStatus.Hash, (await CommandAsync(ManifestBuilder.Revert(SHA256.HashData(third), "third", UpdateSite.Options(2)), UpdateState.Refused)).Status);
        Assert.Equal(second, device.Device.ReadActive());
        await CommandAsync(ManifestBuilder.Revert(SHA256.HashData(old), "old", UpdateSite.Options(3)), UpdateState.Reverted);
        Assert.Equal(old, device.Device.ReadActive());

        // What it went back from is no model to go back to.
        Assert.Equal(InferenceStatus.Empty, (await CommandAsync(ManifestBuilder.Revert(null, "", UpdateSite.Options(4)), UpdateState.Refused)).Status);
        await site.ConfirmAsync(device, third, UpdateSite.Options(5));
        await CommandAsync(ManifestBuilder.Revoke(SHA256.HashData(third), "third", UpdateSite.Options(6)), UpdateState.Reverted);
        Assert.Equal(old, device.Device.ReadActive());
        device.Restart();
        Assert.Equal(old, device.Device.ReadActive());
        Assert.True(device.Device.ProveActive());

        // One that concerns nobody changes nothing; later ones are taken.
        byte[] other = site.Sign(ManifestBuilder.Revoke(SHA256.HashData(second), "second", UpdateSite.Options(7)));
        Assert.True(await site.Server.OfferAsync(device.Name, other));
        Assert.Equal(0, (await site.UntilAsync(device, ManifestBuilder.Session(other), UpdateState.Empty)).Status);
        Assert.Equal(old, device.Device.ReadActive());
        await site.ConfirmAsync(device, second, UpdateSite.Options(8));
    }

    /// <summary>A device that refuses what is stale goes on to say what it has; its rollout hears of the refusal all the same.</summary>
    [UpdateFact]
    public async Task ARollout_HearsOfARefusalThatIsNotTheLastWord()
    {
        byte[] old = TestModels.Dense(1, BlobBytes / 4);
        byte[] blob = TestModels.Dense(2, BlobBytes / 4);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        await site.ConfirmAsync(device, blob, UpdateSite.Options(5));
        (byte[] manifest, uint session) = await site.PrepareAsync(old, UpdateSite.Options(4));
        RolloutPlan plan = new() { Targets = new RolloutTargets { Devices = [device.Name] }, Stages = RolloutPlan.ParseStages("100%", new RolloutStage { Share = 1 }) };
        long id = site.Database.Write(s => RolloutTable.Add(
            s, new RolloutRow { Name = "stale", Session = session, Plan = plan, State = RolloutState.Running, Created = DateTimeOffset.UtcNow, CreatedBy = "test" }));
        site.Server.Refresh();
        Assert.True(await site.Server.OfferAsync(device.Name, manifest));
        Assert.Equal(InferenceStatus.Stale, (await site.UntilAsync(device, session, UpdateState.Refused)).Status);
        await site.TickAsync(() => site.Database.Read(s => RolloutTable.DevicesOf(s, id))[0].State == RolloutDeviceState.Refused, () => "the rollout does not know");
        Assert.Equal(InferenceStatus.Stale, site.Database.Read(s => RolloutTable.DevicesOf(s, id))[0].Status);
    }

    /// <summary>Both ways to withdraw: the offer is taken back at the broker, or the server refuses the parts.</summary>
    [UpdateFact]
    public async Task WithdrawnWhileItIsReceived_IsRefused()
    {
        byte[] old = TestModels.Dense(1, BlobBytes);
        byte[] blob = TestModels.Dense(2, BlobBytes);
        await using UpdateSite site = await UpdateSite.OpenAsync();
        SiteDevice device = site.Add("kitchen", old);
        device.Start();
        foreach (bool atServer in (bool[])[false, true])
        {
            int before = device.PartsArrived;
            uint session = await site.OfferAsync(device, blob, UpdateSite.Options(atServer ? 2 : 1));
            await site.TickAsync(() => device.PartsArrived >= before + 20, () => "no parts come");
            Assert.Equal(UpdateState.Receiving, device.Updater.State);
            if (atServer)
            {
                await site.Server.WithdrawAsync(session);
            }
            else
            {
                Assert.True(await site.Server.ClearAsync(device.Name));
            }

            UpdateMessage said = await site.UntilAsync(device, session, UpdateState.Refused);
            Assert.Equal(InferenceStatus.Withdrawn, said.Status);
            Assert.InRange(said.PartsStored, 0, said.Parts - 1);
            Assert.Equal(old, device.Device.ReadActive());
        }

        // Refused for good: a restart does not bring it back, though the broker has it still.
        device.Restart();
        await site.ConfirmAsync(device, blob, UpdateSite.Options(3));
    }
}
