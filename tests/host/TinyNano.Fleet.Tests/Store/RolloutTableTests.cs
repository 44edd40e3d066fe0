using TinyNano.Contracts;
using TinyNano.Fleet.Rollouts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Tests.Store;

[Collection("database")]
public class RolloutTableTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public void Rollout_ItsDevicesAndManifest_ComeBackAsWritten(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        byte[] manifest = new byte[UpdateManifest.Bytes];
        new UpdateManifest { Kind = ManifestKind.Install, BlobBytes = 5000, ChunkBytes = 1024, Chunks = 5, Issued = 4_000_000_000, Model = "kws", Hardware = "esp32" }.Encode(manifest);
        RolloutPlan plan = new()
        {
            Targets = new RolloutTargets { Devices = ["a", "b", "c"] },
            Stages = RolloutPlan.ParseStages("10%,100%", new RolloutStage { Share = 1, Soak = TimeSpan.FromMinutes(5) }),
            Gates = new Dictionary<string, string> { ["accuracy"] = "0.05" },
        };
        using FleetDatabase database = test.Open();
        uint session = database.Write(s => Manifests.Add(s, manifest, At));
        long id = database.Write(s =>
        {
            Devices.Report(s, "b", new StateMessage { Restarts = 4 }, At);
            Devices.Report(s, "b", new UpdateMessage { Session = session, State = UpdateState.Receiving, BaseCrc = 0x89ABCDEF, Counter = 3 }, At);
            return RolloutTable.Add(s, new RolloutRow { Name = "kws 2", Session = session, Plan = plan, State = RolloutState.Running, Created = At, CreatedBy = "me" });
        });
        database.Write(s =>
        {
            RolloutTable.Offer(s, id, "b", At);
            RolloutTable.Progress(s, id, "b", RolloutDeviceState.Trial, -9, 3, 6, At.AddSeconds(2));
            RolloutTable.Sent(s, id, "b", 1000, 2, 1);
            RolloutTable.Sent(s, id, "b", 50, 1, 1);
        });

        RolloutRow row = database.Read(s => RolloutTable.Find(s, id))!;
        Assert.Equal((session, RolloutState.Running, 0, At, "me"), (row.Session, row.State, row.Stage, row.StageSince, row.CreatedBy));
        Assert.Equal("0.05", row.Plan.Gates["accuracy"]);
        Assert.Equal([0.1, 1], row.Plan.Stages.Select(s => s.Share));
        Assert.Equal(TimeSpan.FromMinutes(5), row.Plan.Stages[1].Soak);
        RolloutDeviceRow b = database.Read(s => RolloutTable.DevicesOf(s, id)).Single(d => d.Device == "b");
        Assert.Equal((RolloutDeviceState.Trial, -9, 3, 6, 4, 1050L, 3L, 2L), (b.State, b.Status, b.PartsStored, b.Parts, b.RestartsBefore!.Value, b.BytesSent, b.MessagesSent, b.Requests));
        Assert.Equal(StableHash.Share("rollout", "b"), b.Share);
        Assert.Equal(0x89ABCDEF, database.Read(s => Devices.Find(s, "b"))!.BaseCrc);

        Assert.True(database.Write(s => RolloutTable.Update(s, row with { State = RolloutState.Paused, Reason = "why", Changed = At.AddSeconds(9) })));
        Assert.False(database.Write(s => RolloutTable.Update(s, row with { State = RolloutState.Running, Changed = At })));
        Assert.Equal("why", Assert.Single(database.Read(RolloutTable.Active)).Reason);
        ManifestRow kept = database.Read(s => Manifests.Find(s, session))!;
        Assert.Equal(manifest, kept.Data);
        Assert.Equal((false, "esp32"), (kept.Withdrawn, kept.Manifest.Hardware));
        database.Write(s => Manifests.Withdraw(s, session));
        Assert.True(database.Read(Manifests.All)[0].Withdrawn);
    }

    [Theory]
    [InlineData("1%,10%")]
    [InlineData("10%,1%,100%")]
    [InlineData("0%,100%")]
    [InlineData("10,100")]
    [InlineData("")]
    [InlineData("50%,101%")]
    public void Stages_ThatMakeNoRollout_AreRefused(string text) => Assert.Equal("TN6401", Assert.Throws<FleetException>(() => RolloutPlan.ParseStages(text)).Diagnostic.Id);

    [Fact]
    public void Hash_IsStable_AndSharesDevicesEvenly()
    {
        // The numbers are what docs and other programs may rely on.
        Assert.Equal(0.45469, StableHash.Share("rollout", "device-001"), 5);
        double[] shares = [.. Enumerable.Range(0, 10_000).Select(i => StableHash.Share("rollout", $"device-{i:0000}"))];
        Assert.InRange(shares.Count(s => s < 0.1), 900, 1100);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => StableHash.Arm("ab", $"device-{i:0000}", [0.5, 0.5]) == 1), 4800, 5200);
    }
}
