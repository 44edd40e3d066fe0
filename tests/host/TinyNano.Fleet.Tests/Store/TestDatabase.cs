using TinyNano.Fleet.Store;

namespace TinyNano.Fleet.Tests.Store;

/// <summary>A new, empty database of either kind for one test.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly string? _folder;

    private TestDatabase(string setting, string? folder)
    {
        Setting = setting;
        _folder = folder;
    }

    public string Setting { get; }

    public string Path => Setting["sqlite:".Length..];

    public bool IsSqlite => _folder is not null;

    /// <summary>Null with a printed reason where that kind is not here.</summary>
    public static TestDatabase? Make(string kind)
    {
        if (kind == "sqlite")
        {
            string folder = Directory.CreateTempSubdirectory("tinynano-fleet-").FullName;
            return new TestDatabase($"sqlite:{System.IO.Path.Combine(folder, "fleet.db")}", folder);
        }

        return PostgresServer.Shared is PostgresServer server ? new TestDatabase(server.NewDatabase(), null) : null;
    }

    public static TestDatabase Sqlite() => Make("sqlite")!;

    public FleetDatabase Open() => FleetDatabase.Open(Setting, busy: TimeSpan.FromSeconds(1));

    public void Dispose()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>Tests that use the shared PostgreSQL server run one after the other, and end it.</summary>
[CollectionDefinition("database")]
public sealed class DatabaseTests : ICollectionFixture<DatabaseTests.Server>
{
    public sealed class Server : IDisposable
    {
        public void Dispose() => PostgresServer.End();
    }
}
