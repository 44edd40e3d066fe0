using TinyNano.TestKit;

namespace TinyNano.Fleet.Tests;

/// <summary>A folder that goes away with the test, and the smallest blob there is.</summary>
public abstract class InTemporaryFolder : IDisposable
{
    protected static readonly byte[] Smallest = File.ReadAllBytes(Path.Combine(SharedData.ProjectRoot, "tests", "golden", "smallest.tnb"));

    protected string Folder { get; } = Directory.CreateTempSubdirectory("tinynano-test-").FullName;

    protected string In(string name) => Path.Combine(Folder, name);

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
