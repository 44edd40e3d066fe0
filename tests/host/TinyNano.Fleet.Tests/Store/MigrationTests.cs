using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Tests.Store;

[Collection("database")]
public class MigrationTests
{
    private static readonly Migration First = new(1, "first", "create table a (id {id}, n bigint not null)");
    private static readonly Migration Second = new(2, "second", "create table b (x text primary key); alter table a add column note text");
    private static readonly Migration Third = new(3, "third", "create index a_n on a (n)");

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public void Steps_RunOnce_InTheOrderOfNumbers_LateOnesToo(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        using (FleetDatabase database = FleetDatabase.Open(test.Setting, [Third, First]))
        {
            database.Write(s => s.Execute("insert into a (n) values (@0)", 7));
        }

        using FleetDatabase again = FleetDatabase.Open(test.Setting, [First, Second, Third]);
        again.Write(s => s.Execute("insert into a (n, note) values (@0, @1)", 8, "x"));
        Assert.Equal([(1L, 7L), (2L, 8L)], again.Read(s => s.Query("select id, n from a order by id", r => (r.Int64(0), r.Int64(1)))));
        Assert.Equal([1, 2, 3], again.Read(s => s.Query("select version from schema_version order by version", r => r.Int32(0))));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public void NewerDatabase_IsRefused_AndStaysAsItIs(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        FleetDatabase.Open(test.Setting, [First, Second]).Dispose();
        DatabaseException e = Assert.Throws<DatabaseException>(() => FleetDatabase.Open(test.Setting, [First, Third]));
        Assert.Equal((DatabaseFault.Newer, "TN6602"), (e.Fault, e.Diagnostic.Id));
        Assert.Contains("0002_second", e.Message, StringComparison.Ordinal);
        FleetDatabase.Open(test.Setting, [First, Second]).Dispose();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public void StepThatFails_LeavesNothing(string kind)
    {
        using TestDatabase? test = TestDatabase.Make(kind);
        if (test is null)
        {
            return;
        }

        Assert.ThrowsAny<Exception>(() => FleetDatabase.Open(test.Setting, [First, new Migration(2, "bad", "create table c (x text); create tabel d (x text)")]));
        using FleetDatabase database = FleetDatabase.Open(test.Setting, [First, Second]);
        Assert.Equal(2, database.Read(s => s.Number("select count(*) from schema_version")));
    }

    [Fact]
    public void ChangedStep_IsRefused()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        FleetDatabase.Open(test.Setting, [First]).Dispose();
        DatabaseException e = Assert.Throws<DatabaseException>(() => FleetDatabase.Open(test.Setting, [First with { Sql = "create table z (x text)" }]));
        Assert.Equal(DatabaseFault.Damaged, e.Fault);
    }

    [Fact]
    public void Embedded_HaveDistinctNumbers() => Assert.Equal(Migrations.All.Count, Migrations.All.Select(m => m.Number).Distinct().Count());

    [Fact]
    public void TwoPrograms_OpeningAtOnce_MigrateOnce()
    {
        foreach (string kind in new[] { "sqlite", "postgres" })
        {
            using TestDatabase? test = TestDatabase.Make(kind);
            if (test is not null)
            {
                Parallel.For(0, 6, _ => FleetDatabase.Open(test.Setting).Dispose());
            }
        }
    }
}
