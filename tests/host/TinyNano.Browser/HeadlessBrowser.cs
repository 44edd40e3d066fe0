using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TinyNano.Browser;

/// <summary>A Chromium without a window, started for one test and removed with its profile.</summary>
public sealed class HeadlessBrowser : IAsyncDisposable
{
    private static readonly string[] s_programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private readonly Process _process;
    private readonly string _profile;
    private readonly DevTools _tools;

    private HeadlessBrowser(Process process, string profile, DevTools tools)
    {
        _process = process;
        _profile = profile;
        _tools = tools;
    }

    /// <summary>The program that TINYNANO_BROWSER names, or the first Chromium of the path; null where there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TINYNANO_BROWSER") is { Length: > 0 } given)
        {
            return given;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return s_programs.SelectMany(p => folders.Select(f => Path.Combine(f, p))).FirstOrDefault(File.Exists);
    }

    public static async Task<HeadlessBrowser> StartAsync(CancellationToken cancel)
    {
        string program = Find() ?? throw new InvalidOperationException("no Chromium here; install the package chromium, or name one in TINYNANO_BROWSER");
        string profile = Directory.CreateTempSubdirectory("tinynano-browser-").FullName;
        string[] arguments =
        [
            "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank",
        ];
        ProcessStartInfo start = new(program, Environment.IsPrivilegedProcess ? ["--no-sandbox", .. arguments] : arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        DevTools tools = new();
        HeadlessBrowser browser = new(process, profile, tools);
        try
        {
            await tools.ConnectAsync(await AddressAsync(process, cancel), cancel);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new page of its own, without cookies of others.</summary>
    public async Task<BrowserPage> OpenAsync(CancellationToken cancel)
    {
        JsonObject context = await _tools.SendAsync("Target.createBrowserContext", null, null, cancel);
        JsonObject target = await _tools.SendAsync("Target.createTarget", new() { ["url"] = "about:blank", ["browserContextId"] = context["browserContextId"]!.GetValue<string>() }, null, cancel);
        JsonObject attached = await _tools.SendAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true }, null, cancel);
        return await BrowserPage.AttachAsync(_tools, attached["sessionId"]!.GetValue<string>(), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_profile, recursive: true);
        }
        catch (IOException)
        {
            // A child of the browser still writes; the folder is a temporary one.
        }
    }

    private static async Task<Uri> AddressAsync(Process process, CancellationToken cancel)
    {
        const string before = "DevTools listening on ";
        List<string> lines = [];
        while (await process.StandardError.ReadLineAsync(cancel) is string line)
        {
            lines.Add(line);
            if (line.StartsWith(before, StringComparison.Ordinal))
            {
                // What follows must be read, or the browser would stop at a full pipe.
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new Uri(line[before.Length..]);
            }
        }

        throw new InvalidOperationException("the browser did not start:\n" + string.Join('\n', lines.TakeLast(20)));
    }
}
