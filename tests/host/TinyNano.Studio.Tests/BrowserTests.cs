using System.IO.Compression;
using TinyNano.Browser;

namespace TinyNano.Studio.Tests;

public sealed class BrowserTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    [BrowserFact]
    public Task Login_TakesTheTokenOfTheLink_AndRemovesItFromTheAddress() => fixture.VisitAsync(async (page, server, _) =>
    {
        Assert.Equal(server.Address.ToString(), await page.ReadAsync<string>("location.href"));
        Assert.Equal("", await page.ReadAsync<string>("document.cookie"));
        Assert.DoesNotContain(page.Requests, r => r.OriginalString.Contains(server.Token, StringComparison.Ordinal));
        await page.ClickAsync("#side-end button");
        await page.WaitAsync("location.pathname === '/login' && document.getElementById('token')");

        // By hand, with a wrong token first.
        await page.ReadAsync<bool>("(document.getElementById('token').focus(), true)");
        await page.TypeAsync("not the token");
        await page.PressAsync("Enter");
        await page.WaitAsync("!document.getElementById('error')?.hidden && document.getElementById('error').textContent.includes('not right')");
        await page.TypeAsync(server.Token);
        await page.PressAsync("Enter");
        await page.WaitAsync("document.getElementById('live')?.textContent === 'Live'");
    });

    [BrowserFact]
    public Task Keyboard_ReachesEveryPage_AndTheFocusIsSeen() => fixture.VisitAsync(async (page, server, _) =>
    {
        await page.PressAsync("Tab");
        Assert.Equal("skip", await page.ReadAsync<string>("document.activeElement.className"));
        foreach (string path in (string[])["/rollouts", "/models", "/samples", "/"])
        {
            await page.ReadAsync<bool>("(document.querySelector('.brand').focus(), true)");
            await page.TabToAsync($"e.matches('#nav a[href=\"{path}\"]')");
            Assert.Equal("solid", await page.ReadAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
            await page.PressAsync("Enter");
            await page.WaitAsync($"location.pathname === '{path}' && document.getElementById('main').dataset.page === '{path}' && document.activeElement.tagName === 'H1'");
            Assert.Equal("page", await page.ReadAsync<string>($"document.querySelector('#nav a[href=\"{path}\"]').getAttribute('aria-current')"));
        }

        // Into a device and back, by keys alone; the slash finds the search.
        await page.PressAsync("/");
        Assert.Equal("search", await page.ReadAsync<string>("document.activeElement.id"));
        await page.TypeAsync("cam-0017");
        await page.WaitAsync("document.querySelectorAll('tbody tr').length === 1");
        await page.TabToAsync("e.matches('tbody a')");
        await page.PressAsync("Enter");
        await page.WaitAsync("document.querySelector('h1').textContent === 'cam-0017'");
        await page.TabToAsync("e.matches('.chart[tabindex]')");
        string before = await page.ReadAsync<string>("document.querySelector('.readout').textContent");
        await page.PressAsync("ArrowLeft");
        await page.PressAsync("ArrowLeft");
        Assert.NotEqual(before, await page.ReadAsync<string>("document.querySelector('.readout').textContent"));
    });

    [BrowserFact]
    public Task Charts_GrowWhenMessagesArrive() => fixture.VisitAsync(async (page, server, data) =>
    {
        await BrowserFixture.GoAsync(page, server, "/device?name=cam-0020");
        const string drawn = "document.querySelector('.chart .line').getAttribute('d').match(/[ML]/g).length";
        int before = await page.ReadAsync<int>(drawn);
        data.Tick();
        data.Tick();
        data.Tick();
        await page.WaitAsync($"{drawn} === {before + 3}");

        // A line of the overview changes in place; the page does not ask again.
        await BrowserFixture.GoAsync(page, server, "/?search=cam-0020");
        await page.WaitAsync("document.querySelectorAll('tbody tr').length === 1");
        string latency = await page.ReadAsync<string>("document.querySelector('tbody td:nth-child(5)').textContent");
        int asked = page.Requests.Count(r => r.AbsolutePath == "/api/devices");
        data.Tick();
        await page.WaitAsync($"document.querySelector('tbody td:nth-child(5)').textContent !== {BrowserPage.Quote(latency)}");
        Assert.Equal(asked, page.Requests.Count(r => r.AbsolutePath == "/api/devices"));
    });

    [BrowserFact]
    public Task HostileNames_AreShownAsText() => fixture.VisitAsync(async (page, server, _) =>
    {
        foreach (string name in StudioFixture.HostileNames)
        {
            await BrowserFixture.GoAsync(page, server, "/?search=" + Uri.EscapeDataString(name));
            await page.WaitAsync($"[...document.querySelectorAll('tbody a')].some(a => a.textContent === {BrowserPage.Quote(name)})");
            await page.ReadAsync<bool>($"([...document.querySelectorAll('tbody a')].find(a => a.textContent === {BrowserPage.Quote(name)}).click(), true)");
            await page.WaitAsync($"document.querySelector('h1')?.textContent === {BrowserPage.Quote(name)} && document.querySelectorAll('.chart path').length > 0");
            Assert.NotEqual("owned", await page.ReadAsync<string>("document.title"));
        }

        Assert.Equal(0, await page.ReadAsync<int>("document.querySelectorAll('main script, main img').length"));
    });

    [BrowserFact]
    public Task Sample_IsLabelledByAKey_AndExported() => fixture.VisitAsync(async (page, server, data) =>
    {
        await BrowserFixture.GoAsync(page, server, "/samples");
        await page.WaitAsync("[...document.querySelectorAll('.sample canvas')].filter(c => c.width === 28 && c.height === 28).length === 48 && document.querySelectorAll('.classes button').length === 11");
        await page.TabToAsync("e.matches('.sample')");
        await page.PressAsync("ArrowRight");
        string id = await page.ReadAsync<string>("document.activeElement.dataset.id");
        await page.PressAsync("3");
        await page.WaitAsync($"document.querySelectorAll('.sample').length === 47 && !document.querySelector('[data-id=\"{id}\"]') && document.activeElement.matches('.sample')");
        Data.LabelledSample labelled = Assert.Single(await data.LabelledAsync((await data.ModelsAsync(default))[^1].Id, default));
        Assert.Equal((long.Parse(id, System.Globalization.CultureInfo.InvariantCulture), 3), (labelled.Id, labelled.Label));

        await page.WaitAsync("document.querySelector('[data-export]')");
        int[] zip = await page.ReadAsync<int[]>("fetch(document.querySelector('[data-export]').href).then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])");
        using ZipArchive archive = new(new MemoryStream([.. zip.Select(b => (byte)b)]));
        Assert.Equal(28 * 28, archive.GetEntry("samples.bin")!.Length);
        using StreamReader labels = new(archive.GetEntry("labels.csv")!.Open());
        Assert.Equal($"index,sample,label\n0,{id},3\n", await labels.ReadToEndAsync());
    });

    [BrowserFact]
    public Task Rollout_IsPausedResumedAndReverted_WithAReasonInTheAudit() => fixture.VisitAsync(async (page, server, data) =>
    {
        await BrowserFixture.GoAsync(page, server, "/rollout?id=9");
        await page.ClickAsync("[data-action=pause]");
        await page.WaitAsync("document.querySelector('dialog[open]')");
        await page.TypeAsync("waiting for <b>night shift</b>");
        await page.ClickAsync("dialog button[type=submit]");
        await page.WaitAsync("!document.querySelector('dialog') && document.querySelector('[data-action=resume]')");
        Data.RolloutDetail paused = (await data.RolloutAsync(9, default))!;
        Assert.Equal(("paused", "waiting for <b>night shift</b>", "studio"), (paused.Row.State, paused.Audit[0].Detail, paused.Audit[0].Who));
        Assert.Equal(0, await page.ReadAsync<int>("[...document.querySelectorAll('main b')].filter(b => b.textContent === 'night shift').length"));

        // Escape changes nothing; a revert needs a reason.
        await page.ClickAsync("[data-action=revert]");
        await page.WaitAsync("document.querySelector('dialog[open]')");
        await page.ClickAsync("dialog button[type=submit]");
        Assert.True(await page.ReadAsync<bool>("document.querySelector('dialog[open] textarea:invalid') !== null"));
        await page.PressAsync("Escape");
        await page.WaitAsync("!document.querySelector('dialog')");
        Assert.Equal("paused", (await data.RolloutAsync(9, default))!.Row.State);

        // What somebody else does appears by itself.
        await data.ChangeRolloutAsync(9, Data.RolloutAction.Revert, "Grace", "accuracy fell", default);
        await page.WaitAsync("document.querySelector('main').innerText.includes('accuracy fell') && !document.querySelector('[data-action]')");
    });

    [BrowserFact]
    public Task Colours_FollowTheSystemAndTheSwitch_WithEnoughContrast() => fixture.VisitAsync(async (page, server, _) =>
    {
        const string ground = "getComputedStyle(document.body).backgroundColor";
        string light = await page.ReadAsync<string>(ground);
        await page.PreferAsync(dark: true);
        await page.WaitAsync($"{ground} !== {BrowserPage.Quote(light)}");
        await RequireContrastAsync(page);
        await page.ReadAsync<bool>("(() => { const t = document.getElementById('theme'); t.value = 'light'; t.dispatchEvent(new Event('change')); return true; })()");
        await page.WaitAsync($"{ground} === {BrowserPage.Quote(light)}");
        await RequireContrastAsync(page);
        await BrowserFixture.GoAsync(page, server, "/models");
        Assert.Equal(light, await page.ReadAsync<string>(ground));
    });

    [BrowserFact]
    public Task EveryControl_HasAName_OnEveryPage() => fixture.VisitAsync(async (page, server, data) =>
    {
        string model = (await data.ModelsAsync(default))[0].Id;
        foreach (string path in (string[])["/", "/device?name=cam-0020", "/device?name=cam-0017&view=drift", "/rollouts", "/rollout?id=8", "/models", "/model?id=" + model, "/samples"])
        {
            await BrowserFixture.GoAsync(page, server, path);
            string[] nameless = await page.ReadAsync<string[]>("[...document.querySelectorAll('a, button, select, input, textarea, [role=img]')].filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).map(e => e.outerHTML.slice(0, 120))");
            Assert.Empty(nameless);
            Assert.Equal(1, await page.ReadAsync<int>("document.querySelectorAll('h1').length"));
            await page.ResizeAsync(420, 800);
            Assert.True(await page.ReadAsync<bool>("document.documentElement.scrollWidth <= 420"), path + " is wider than a phone");
            await page.ResizeAsync(1360, 900);
        }
    });

    // WCAG 2: 4.5 for text. Looks at every element that has text of its own.
    private static async Task RequireContrastAsync(BrowserPage page)
    {
        string[] weak = await page.ReadAsync<string[]>("""
            (() => {
              const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const rgba = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
              const behind = (e) => { for (let p = e; p; p = p.parentElement) { const c = rgba(getComputedStyle(p).backgroundColor); if (c[3] > 0.99) { return c; } } return [255, 255, 255, 1]; };
              const light = (c) => { const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
              return [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length && !e.closest('.visually-hidden, .skip, :disabled, noscript, option')).map(e => {
                const a = light(rgba(getComputedStyle(e).color)), b = light(behind(e));
                return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e];
              }).filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => `${ratio.toFixed(2)} ${e.tagName}.${e.className} ${e.textContent.slice(0, 30)}`);
            })()
            """);
        Assert.Empty(weak);
    }
}
