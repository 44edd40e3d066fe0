using TinyNano.Contracts;
using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Tests.Store;

[Collection("database")]
public class FleetDatabaseTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public void Rows_ComeBackAsWritten_AndSurviveClosing(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        using (FleetDatabase database = test.Open())
        {
            database.Write(session =>
            {
                Devices.Online(session, "a", true, At);
                Devices.Report(session, "a", new StateMessage { State = DeviceState.Running, Status = -7, Restarts = 3, ModelVersion = 4, ModelCrc = 0xFFFFFFFF, ModelName = "kws", Firmware = "1.0", Application = "app" }, At.AddSeconds(1));
                Devices.Online(session, "b", false, At);
                Groups.Add(session, "barn", "b", At);
                Groups.Add(session, "barn", "a", At);
                Groups.Add(session, "barn", "a", At);
                Audit.Add(session, At, "me", "group.add", "barn", reason: "test");
                Audit.Add(session, At, "me", "rollout.start", "1", 1);
            });
        }

        using FleetDatabase again = test.Open();
        DeviceRow a = again.Read(s => Devices.Find(s, "a"))!;
        Assert.Equal((At, At.AddSeconds(1), true, -7, 0xFFFFFFFFu, "kws"), (a.FirstSeen, a.LastSeen, a.Online, a.Status!.Value, a.ModelCrc!.Value, a.ModelName));
        Assert.Equal(["a", "b"], again.Read(Devices.All).Select(d => d.Device));
        Assert.Null(again.Read(s => Devices.Find(s, "b"))!.State);
        Assert.Null(again.Read(s => Devices.Find(s, "c")));
        Assert.Equal(["a", "b"], again.Read(s => Groups.DevicesOf(s, "barn")));
        Assert.Equal([("barn", "", 2)], again.Read(Groups.All));
        Assert.Equal(["rollout.start", "group.add"], again.Read(s => Audit.Latest(s)).Select(r => r.Action));
        Assert.Equal(1, Assert.Single(again.Read(s => Audit.Latest(s, rollout: 1))).Rollout);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Writes_OfManyAtOnce_ShareTransactions_AndOneThatFailsHarmsNoOther(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        const int Count = 5000;
        using FleetDatabase database = test.Open();
        Task[] writes = [.. Enumerable.Range(0, Count).Select(i => database.WriteAsync(session =>
        {
            Devices.Seen(session, $"d{i}", At);
            if (i % 1000 == 500)
            {
                throw new InvalidDataException("mine");
            }
        }))];
        foreach ((int i, Task write) in writes.Index())
        {
            if (i % 1000 == 500)
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => write);
            }
            else
            {
                await write;
            }
        }

        Assert.Equal(Count - 5, database.Read(s => s.Number("select count(*) from devices")));
        Assert.Equal((Count - 5, 5), (database.Writes.Committed, database.Writes.Failed));
        Assert.InRange(database.Writes.Batches, 1, Count);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Read_WhileAWriteIsOpen_SeesWhatWasCommitted(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        using FleetDatabase database = test.Open();
        using ManualResetEventSlim written = new();
        using ManualResetEventSlim go = new();
        Task write = database.WriteAsync(session =>
        {
            Devices.Seen(session, "a", At);
            written.Set();
            go.Wait();
        });
        written.Wait();
        Assert.Equal(0, database.Read(s => s.Number("select count(*) from devices")));
        go.Set();
        await write;
        Assert.Equal(1, database.Read(s => s.Number("select count(*) from devices")));
    }

    [Fact]
    public async Task Sqlite_HeldByAnotherProgram_SaysSo_AndWritesLater()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        using FleetDatabase other = test.Open();
        using ManualResetEventSlim held = new();
        using ManualResetEventSlim go = new();
        Task holds = other.WriteAsync(session =>
        {
            Devices.Seen(session, "other", At);
            held.Set();
            go.Wait();
        });
        held.Wait();
        DatabaseException e = Assert.Throws<DatabaseException>(() => database.Write(s => Devices.Seen(s, "a", At)));
        Assert.Equal((DatabaseFault.Locked, true, "TN6603"), (e.Fault, e.MayPass, e.Diagnostic.Id));
        Assert.Equal(DatabaseFault.Locked, Assert.Throws<DatabaseException>(() => FleetDatabase.Open(test.Setting, busy: TimeSpan.FromSeconds(1))).Fault);
        Assert.Equal(0, database.Read(s => s.Number("select count(*) from devices")));
        go.Set();
        await holds;
        database.Write(s => Devices.Seen(s, "a", At));
        Assert.Equal(2, database.Read(s => s.Number("select count(*) from devices")));
    }

    [Fact]
    public void Sqlite_WithoutRoom_SaysSo_KeepsWhatWasAcknowledged_AndGoesOn()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        database.Write(s => Devices.Seen(s, "first", At));
        database.Write(s => s.Script("pragma max_page_count = 60"));
        int acknowledged = 1;
        DatabaseException? full = null;
        for (int i = 0; full is null; i++)
        {
            try
            {
                database.Write(s => Audit.Add(s, At, "me", "fill", new string('x', 4000)));
                acknowledged++;
            }
            catch (DatabaseException e)
            {
                full = e;
            }
        }

        Assert.Equal((DatabaseFault.Full, true), (full.Fault, full.MayPass));
        database.Write(s => s.Script("pragma max_page_count = 100000"));
        database.Write(s => Audit.Add(s, At, "me", "fill", new string('x', 4000)));
        Assert.Equal(acknowledged, database.Read(s => s.Number("select count(*) from audit")));
    }

    [Fact]
    public void Settings_ThatNameNothing_AreRefusedWithWhatToDo()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        Assert.Equal("TN6601", Fault("mysql://x").Diagnostic.Id);
        Assert.Equal("TN6601", Fault("fleet.db").Diagnostic.Id);
        Assert.Equal("TN6601", Fault("sqlite:").Diagnostic.Id);
        Assert.Equal("TN6601", Fault("postgres://localhost/x?no_such_key=1").Diagnostic.Id);
        Assert.Equal(DatabaseFault.Unavailable, Fault("postgres://u:secret@127.0.0.1:1/x").Fault);
        Assert.DoesNotContain("secret", Fault("postgres://u:secret@127.0.0.1:1/x").Message, StringComparison.Ordinal);
        Assert.Equal(DatabaseFault.Unavailable, Fault(test.Setting + "/no/such/folder/x.db").Fault);
        File.WriteAllText(test.Path, "this is no database, and long enough to be looked at as one: " + new string('.', 200));
        Assert.Equal(DatabaseFault.Damaged, Fault(test.Setting).Fault);
    }

    [Fact]
    public void Postgres_Restarted_IsConnectedAgain()
    {
        using TestDatabase? test = TestDatabase.Make("postgres");
        if (test is null)
        {
            return;
        }

        using FleetDatabase database = test.Open();
        database.Write(s => Devices.Seen(s, "a", At));
        database.Read(Devices.All);
        PostgresServer.Shared!.Restart();
        database.Write(s => Devices.Seen(s, "b", At));
        Assert.Equal(2, database.Read(Devices.All).Count);
    }

    [Fact]
    public void Postgres_UserWithoutRights_IsToldSo()
    {
        using TestDatabase? test = TestDatabase.Make("postgres");
        if (test is null)
        {
            return;
        }

        PostgresServer.Shared!.Execute(test.Setting, "create role guest login");
        DatabaseException e = Fault(test.Setting.Replace("tinynano@", "guest@", StringComparison.Ordinal));
        Assert.Equal((DatabaseFault.NotWritable, "TN6605"), (e.Fault, e.Diagnostic.Id));
        Assert.Equal(DatabaseFault.Unavailable, Fault(test.Setting + "_none").Fault);
    }

    private static DatabaseException Fault(string setting) => Assert.Throws<DatabaseException>(() => FleetDatabase.Open(setting, busy: TimeSpan.FromSeconds(1)).Dispose());
}
