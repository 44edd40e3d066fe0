using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TinyNano.Fleet.Store;

/// <summary>One numbered step of the tables: the file `Migrations/NNNN_name.sql`, embedded.</summary>
public sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>Tells a changed file from the one that was carried out.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}

/// <summary>
/// Brings the tables up to date. Each migration is carried out once, in the order of numbers, all that are due in one transaction; the
/// same text runs on every database. A file that has been released is never changed again.
/// </summary>
public static class Migrations
{
    private const string Folder = ".Store.Migrations.";

    /// <summary>All that this program knows, by number. Numbers need not be without gaps.</summary>
    public static IReadOnlyList<Migration> All { get; } = Read(typeof(Migrations).Assembly);

    internal static void Run(Dialect dialect, DbSession session, IReadOnlyList<Migration> all, TimeProvider time)
    {
        using System.Data.Common.DbTransaction transaction = dialect.BeginWrite(session.Connection);
        session.Transaction = transaction;
        dialect.LockForMigration(session);
        session.Script("create table if not exists schema_version (version integer primary key, name text not null, digest text not null, applied_at bigint not null)");
        Dictionary<int, (string Name, string Digest)> done = session
            .Query("select version, name, digest from schema_version", r => (Number: r.Int32(0), Name: r.Text(1), Digest: r.Text(2)))
            .ToDictionary(r => r.Number, r => (r.Name, r.Digest));
        foreach ((int number, (string name, string _)) in done.OrderBy(d => d.Key))
        {
            if (!all.Any(m => m.Number == number))
            {
                throw new DatabaseException(
                    DatabaseFault.Newer, "TN6602", $"the database has step {number:0000}_{name}, which this program does not know: a newer version has made it", dialect.Where,
                    "run that newer version, or name another database");
            }
        }

        foreach (Migration migration in all.OrderBy(m => m.Number))
        {
            if (!done.TryGetValue(migration.Number, out (string Name, string Digest) was))
            {
                session.Script(migration.Sql.Replace("{id}", dialect.IdColumn, StringComparison.Ordinal));
                session.Execute(
                    "insert into schema_version (version, name, digest, applied_at) values (@0, @1, @2, @3)", migration.Number, migration.Name, migration.Digest, time.GetUtcNow());
            }
            else if (was.Digest != migration.Digest)
            {
                throw new DatabaseException(
                    DatabaseFault.Damaged, "TN6607", $"step {migration.Number:0000} of the tables was another one ({was.Name}) when it was carried out", dialect.Where,
                    "run the version that made this database, or name another database");
            }
        }

        transaction.Commit();
        session.Transaction = null;
    }

    private static Migration[] Read(Assembly assembly)
    {
        List<Migration> found = [];
        foreach (string resource in assembly.GetManifestResourceNames().Where(n => n.Contains(Folder, StringComparison.Ordinal)))
        {
            string file = resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
            using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
            found.Add(new Migration(int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..^4], reader.ReadToEnd()));
        }

        return [.. found.OrderBy(m => m.Number)];
    }
}
