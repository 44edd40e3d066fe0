namespace TinyNano.Build;

/// <summary>Keeps two builds of one tree from writing the same files.</summary>
internal sealed class BuildLock : IDisposable
{
    /// <summary>Set for every program that a build starts: a build inside a test must not wait for itself.</summary>
    public const string HeldVariable = "TINYNANO_BUILD_LOCK_HELD";

    private readonly FileStream? _file;

    private BuildLock(FileStream? file)
    {
        _file = file;
    }

    public static async Task<BuildLock> TakeAsync(Repository repository)
    {
        if (Environment.GetEnvironmentVariable(HeldVariable) is not null)
        {
            return new BuildLock(null);
        }

        Directory.CreateDirectory(repository.Artifacts);
        string path = Path.Combine(repository.Artifacts, "build.lock");
        for (bool told = false; ; told = true)
        {
            try
            {
                return new BuildLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                if (!told)
                {
                    Console.WriteLine("Another build is running in this tree; waiting for it.");
                }

                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
    }
}
