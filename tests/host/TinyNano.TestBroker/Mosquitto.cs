using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TinyNano.TestBroker;

/// <summary>
/// The broker mosquitto in a process of its own, on a loopback port and with a folder of its own. It keeps what persistent sessions and
/// retained messages hold over <see cref="Restart"/>.
/// </summary>
public sealed class Mosquitto : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly string _configuration;
    private Process? _process;

    /// <param name="folder">Made where it is missing; configuration, log and database go there.</param>
    /// <param name="certificates">The broker speaks TLS and nothing else; null for plain TCP.</param>
    /// <param name="extra">More lines of mosquitto's configuration.</param>
    public Mosquitto(string folder, TestCertificates? certificates = null, params string[] extra)
    {
        Path = Find() ?? throw new InvalidOperationException(SkipReason);
        Directory.CreateDirectory(folder);
        _folder = folder;
        Port = FreePort();
        List<string> lines =
        [
            $"listener {Port} 127.0.0.1", "allow_anonymous true", "user root", "max_connections -1", "set_tcp_nodelay true",
            "persistence true", $"persistence_location {folder}/", "autosave_interval 1", "autosave_on_changes false",
            "max_queued_messages 0", "max_inflight_messages 100", $"log_dest file {System.IO.Path.Combine(folder, "mosquitto.log")}",
        ];
        if (certificates is not null)
        {
            lines.Add("cafile " + Write("ca.pem", certificates.AuthorityPem));
            lines.Add("certfile " + Write("server.pem", certificates.ServerPem));
            lines.Add("keyfile " + Write("server.key", certificates.ServerKeyPem));
        }

        _configuration = Write("mosquitto.conf", string.Join('\n', [.. lines, .. extra, ""]));
        Start();
    }

    /// <summary>Why tests that need the broker cannot run here; null where they can.</summary>
    public static string? SkipReason => Find() is null ? "mosquitto is not installed" : null;

    public string Path { get; }

    public int Port { get; }

    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Ends the broker in good order, so that it saves its sessions, and starts it again.</summary>
    public void Restart()
    {
        Stop(kill: false);
        Start();
    }

    /// <param name="kill">As a power cut would; otherwise it saves its sessions first.</param>
    public void Stop(bool kill)
    {
        if (_process is null)
        {
            return;
        }

        if (kill)
        {
            _process.Kill();
        }
        else
        {
            using Process term = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            term.WaitForExit();
        }

        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _process = null;
    }

    public void Start()
    {
        _process ??= Process.Start(new ProcessStartInfo(Path, ["-c", _configuration]) { UseShellExecute = false })!;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience; Thread.Sleep(20))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"mosquitto ended with {_process.ExitCode}; see mosquitto.log in {_folder}");
            }

            try
            {
                using TcpClient probe = new();
                probe.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }

        throw new InvalidOperationException($"mosquitto does not listen at {Port} after {Patience.TotalSeconds} s");
    }

    public void Dispose() => Stop(kill: true);

    private static string? Find() => new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto" }.FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
