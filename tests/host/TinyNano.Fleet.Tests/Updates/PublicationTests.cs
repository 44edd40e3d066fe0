using TinyNano.Fleet.Load;
using TinyNano.Fleet.Store;
using TinyNano.Fleet.Tests.Store;
using TinyNano.Fleet.Updates;

namespace TinyNano.Fleet.Tests.Updates;

/// <summary>What devices ask for must not keep the server at work.</summary>
public class PublicationTests
{
    private static readonly byte[] Model = SimModel.Blob(8_000, 2);

    [Fact]
    public void BasesInTurn_AreNotMadeForEveryRequest()
    {
        ManualTime time = new();
        Publication publication = new(SimModel.Manifest(Model, 1), Model, time);
        int made = 0;
        void AskForAll()
        {
            for (uint crc = 0; crc < Publication.MostBases + 4; crc++)
            {
                publication.For(crc, 8_000, () =>
                {
                    made++;
                    return SimModel.Blob(8_000, 1);
                });
            }
        }

        AskForAll();
        Assert.Equal(Publication.MostBases + 1, made);
        AskForAll();
        Assert.Equal(Publication.MostBases + 1, made);
        Assert.Same(publication.Raw, publication.For(99, 8_000, () => throw new InvalidOperationException()));

        // Later another one may take a place.
        time.Pass(TimeSpan.FromSeconds(10));
        Assert.NotSame(publication.Raw, publication.For(99, 8_000, () => SimModel.Blob(8_000, 1)));
    }

    [Fact]
    public void SessionsInTurn_AreNotLoadedForEveryRequest()
    {
        using TestDatabase test = TestDatabase.Sqlite();
        using FleetDatabase database = test.Open();
        ManualTime time = new();
        uint[] sessions = new uint[PublicationShelf.MostLoaded + 2];
        for (uint i = 0; i < sessions.Length; i++)
        {
            byte[] blob = SimModel.Blob(2_000, i);
            byte[] manifest = SimModel.Manifest(blob, i);
            sessions[i] = Manifests.SessionOf(manifest);
            database.Write(s =>
            {
                Blobs.Add(s, blob, "m", DateTimeOffset.UtcNow);
                Manifests.Add(s, manifest, DateTimeOffset.UtcNow);
            });
        }

        PublicationShelf shelf = new(database, time);
        shelf.Refresh();
        Assert.All(sessions[..^1], session => Assert.NotNull(shelf.Get(session, forRequest: true)));
        Assert.Null(shelf.Get(sessions[^1], forRequest: true));
        Assert.Null(shelf.Get(sessions[0], forRequest: true));
        Assert.NotNull(shelf.Get(sessions[1], forRequest: true));

        // Whoever sends to a group is not a device.
        Assert.NotNull(shelf.Get(sessions[0]));
        time.Pass(TimeSpan.FromSeconds(1));
        Assert.NotNull(shelf.Get(sessions[^1], forRequest: true));
    }
}
