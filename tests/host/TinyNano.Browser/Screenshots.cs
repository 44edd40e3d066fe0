using TinyNano.Studio;
using TinyNano.Studio.Demo;

namespace TinyNano.Browser;

/// <summary>The pictures of docs/STUDIO.md, from the real browser and the demo fleet.</summary>
internal static class Screenshots
{
    private const int LargestBytes = 150 * 1024;

    private static readonly (string File, string Path, bool Dark, int Height, string Ready, string Click)[] s_pictures =
    [
        ("studio-fleet.png", "/", false, 860, "document.querySelectorAll('tbody tr').length > 20", ""),
        ("studio-device.png", "/device?name=cam-0005", true, 960, "document.querySelectorAll('.chart path').length > 3", ""),
        ("studio-drift.png", "/device?name=cam-0017&view=drift", false, 980, "document.querySelectorAll('.legend').length === 5", ""),
        ("studio-rollout.png", "/rollout?id=9", false, 900, "document.querySelector('.stages')", ""),
        ("studio-model.png", "/model?id={model}", true, 900, "document.querySelector('.confusion') && document.querySelector('[aria-label=Profile] .shares') && document.querySelectorAll('.arena rect').length > 3", "[aria-label=Accuracy] button, [aria-label=Profile] button"),
        ("studio-samples.png", "/samples", false, 820, "document.querySelectorAll('.sample canvas').length > 20", ""),
    ];

    public static async Task<int> RunAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        using DemoData data = new();
        await using StudioServer server = await StudioServer.StartAsync(data, new StudioOptions { Port = 0 });
        await using HeadlessBrowser browser = await HeadlessBrowser.StartAsync(cancel);
        BrowserPage page = await browser.OpenAsync(cancel);
        string model = (await data.ModelsAsync(cancel))[^1].Id;
        await page.GoAsync(server.LoginLink);
        await page.WaitAsync("document.getElementById('live')?.textContent === 'Live'");
        bool large = false;
        foreach ((string file, string path, bool dark, int height, string ready, string click) in s_pictures)
        {
            await page.ResizeAsync(1320, height);
            await page.PreferAsync(dark);
            await page.GoAsync(new Uri(server.Address, path.Replace("{model}", model, StringComparison.Ordinal)).ToString());
            await page.WaitAsync("document.getElementById('live')?.textContent === 'Live' && document.querySelector('main h1')");
            foreach (string button in click.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                await page.ClickAsync(button);
            }

            await page.WaitAsync(ready);
            await page.ReadAsync<bool>("(window.scrollTo(0, 0), document.activeElement?.blur(), true)");
            await Task.Delay(300, cancel);
            byte[] png = await page.ScreenshotAsync();
            await File.WriteAllBytesAsync(Path.Combine(folder, file), png, cancel);
            large |= png.Length > LargestBytes;
            Console.WriteLine($"{file,-24} {png.Length / 1024.0,6:0} KB{(png.Length > LargestBytes ? "   too large" : "")}");
        }

        foreach (string error in page.Errors)
        {
            Console.Error.WriteLine(error);
        }

        return page.Errors.IsEmpty && !large ? 0 : 1;
    }
}
