using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TinyNano.Fleet.Tests.Store;

/// <summary>
/// A PostgreSQL server of its own in a temporary folder, started once for all tests of a run; null with a printed reason where PostgreSQL
/// is not installed. The server refuses to run as root, so that then the user `postgres` (or `nobody`) runs it.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer?> s_shared = new(Start);
    private static int s_databases;
    private readonly string _folder;
    private readonly string _bin;

    private PostgresServer(string folder, string bin, int port)
    {
        _folder = folder;
        _bin = bin;
        Port = port;
    }

    /// <summary>Ends the server, where one was started.</summary>
    public static void End()
    {
        if (s_shared.IsValueCreated)
        {
            s_shared.Value?.Dispose();
        }
    }

    public static PostgresServer? Shared => s_shared.Value;

    public int Port { get; }

    /// <summary>The setting of a new, empty database.</summary>
    public string NewDatabase()
    {
        string name = $"fleet{Interlocked.Increment(ref s_databases)}";
        Run(Path.Combine(_bin, "createdb"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", "tinynano", name);
        return $"postgres://tinynano@127.0.0.1:{Port}/{name}";
    }

    /// <summary>A statement on a database, as the owner of all.</summary>
    public void Execute(string setting, string sql) =>
        Run(Path.Combine(_bin, "psql"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", "tinynano", "-v", "ON_ERROR_STOP=1", "-c", sql, setting[(setting.LastIndexOf('/') + 1)..]);

    /// <summary>Stops at once, cutting all connections, and starts again.</summary>
    public void Restart()
    {
        Run(Path.Combine(_bin, "pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        StartServer();
    }

    public void Dispose()
    {
        Run(Path.Combine(_bin, "pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private void StartServer() => Run(
        Path.Combine(_bin, "pg_ctl"), "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-t", "60",
        "-o", $"-h 127.0.0.1 -p {Port} -k {_folder} -c max_connections=50", "start");

    private static PostgresServer? Start()
    {
        string? bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order().LastOrDefault()
            : null;
        if (bin is null)
        {
            Console.WriteLine("skipped: no PostgreSQL in /usr/lib/postgresql (Debian package postgresql)");
            return null;
        }

        string folder = Directory.CreateTempSubdirectory("tinynano-postgres-").FullName;
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        PostgresServer server = new(folder, bin, port);
        if (Environment.IsPrivilegedProcess)
        {
            Command("chown", User, folder);
        }

        Run(Path.Combine(bin, "initdb"), "-D", server.Data, "-U", "tinynano", "-A", "trust", "-E", "UTF8", "--no-locale", "-N");
        server.StartServer();
        return server;
    }

    private static string User => File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static void Run(string program, params string[] arguments)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Command("setpriv", ["--reuid", User, "--clear-groups", "--", program, .. arguments]);
        }
        else
        {
            Command(program, arguments);
        }
    }

    // No pipes: a server that was started would keep them open.
    private static void Command(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("/bin/sh") { WorkingDirectory = "/tmp" };
        string log = Path.Combine(Path.GetTempPath(), $"tinynano-postgres-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.log");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec \"$@\" >{log} 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.WaitForExit();
        string said = File.ReadAllText(log);
        File.Delete(log);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said}");
        }
    }
}
