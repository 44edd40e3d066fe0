using TinyNano.Browser;
using TinyNano.Studio.Demo;

namespace TinyNano.Studio.Tests;

/// <summary>One browser for all tests of this class of tests; every test has its own page server and cookies.</summary>
public sealed class BrowserFixture : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(8));

    public HeadlessBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (HeadlessBrowser.Find() is not null)
        {
            Browser = await HeadlessBrowser.StartAsync(_patience.Token);
        }
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }
    }

    public void Dispose() => _patience.Dispose();

    /// <summary>Runs a visit to a fresh page, and then requires that nothing went wrong on it and nothing else was asked.</summary>
    public async Task VisitAsync(Func<BrowserPage, StudioServer, DemoData, Task> visit)
    {
        using DemoData data = new(devices: 120, names: StudioFixture.HostileNames);
        await using StudioServer server = await StudioServer.StartAsync(data, new StudioOptions { Port = 0, LiveInterval = TimeSpan.FromMilliseconds(50) });
        BrowserPage page = await Browser.OpenAsync(_patience.Token);
        await page.PreferAsync(dark: false);
        await page.GoAsync(server.LoginLink);
        await page.WaitAsync("document.getElementById('live')?.textContent === 'Live'");
        await visit(page, server, data);
        Assert.Empty(page.Errors);
        Assert.All(page.Requests.Where(r => r.Scheme is not ("data" or "blob" or "about")), r => Assert.Equal(server.Address.Authority, r.Authority));
        Assert.NotEmpty(page.Requests);
    }

    /// <summary>Goes to a page of the server and waits until it stands.</summary>
    public static async Task GoAsync(BrowserPage page, StudioServer server, string path)
    {
        await page.GoAsync(new Uri(server.Address, path).ToString());
        await page.WaitAsync($"document.getElementById('main')?.dataset.page === {BrowserPage.Quote(path.Split('?')[0])} && document.getElementById('live')?.textContent === 'Live'");
    }
}
