using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TinyNano.Browser;

/// <summary>One page: go somewhere, press keys, look at what is there. It remembers every error and every address that it asked for.</summary>
public sealed class BrowserPage
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly Dictionary<string, (string Code, int Key, string Text)> s_keys = new()
    {
        ["Tab"] = ("Tab", 9, ""), ["Enter"] = ("Enter", 13, "\r"), ["Escape"] = ("Escape", 27, ""), ["Space"] = ("Space", 32, " "), ["Delete"] = ("Delete", 46, ""),
        ["ArrowLeft"] = ("ArrowLeft", 37, ""), ["ArrowUp"] = ("ArrowUp", 38, ""), ["ArrowRight"] = ("ArrowRight", 39, ""), ["ArrowDown"] = ("ArrowDown", 40, ""),
    };

    private readonly DevTools _tools;
    private readonly string _session;
    private readonly CancellationToken _cancel;

    private BrowserPage(DevTools tools, string session, CancellationToken cancel)
    {
        _tools = tools;
        _session = session;
        _cancel = cancel;
    }

    /// <summary>Errors on the console, exceptions, and refusals by the content security policy.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Every address that the page asked for.</summary>
    public ConcurrentQueue<Uri> Requests { get; } = new();

    internal static async Task<BrowserPage> AttachAsync(DevTools tools, string session, CancellationToken cancel)
    {
        BrowserPage page = new(tools, session, cancel);
        tools.Told += page.Hear;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await page.SendAsync(domain + ".enable");
        }

        await page.ResizeAsync(1360, 900);
        return page;
    }

    public Task ResizeAsync(int width, int height, double scale = 1) =>
        SendAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = scale, ["mobile"] = false });

    /// <summary>What the system prefers.</summary>
    public Task PreferAsync(bool dark) => SendAsync("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new JsonArray(
            new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }, new JsonObject { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" }),
    });

    public async Task GoAsync(string address)
    {
        await SendAsync("Page.navigate", new() { ["url"] = address });
        await WaitAsync("document.readyState === 'complete'");
    }

    /// <summary>The value of an expression, as JSON would give it.</summary>
    public async Task<T> ReadAsync<T>(string expression)
    {
        JsonObject answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        if (answer["exceptionDetails"] is JsonNode wrong)
        {
            throw new InvalidOperationException($"{expression}: {wrong["exception"]?["description"] ?? wrong["text"]}");
        }

        return answer["result"]!["value"].Deserialize<T>()!;
    }

    /// <summary>Waits until an expression is true; the page may be between two documents meanwhile.</summary>
    public async Task WaitAsync(string condition)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await ReadAsync<bool>($"!!({condition})"))
                {
                    return;
                }
            }
            catch (InvalidOperationException) when (clock.Elapsed < s_patience)
            {
                // The document is being replaced.
            }

            if (clock.Elapsed > s_patience)
            {
                string text = await ReadAsync<string>("document.body ? document.body.innerText.slice(0, 800) : ''");
                throw new TimeoutException($"not true within {s_patience.TotalSeconds} s: {condition}\npage says: {text}\nerrors: {string.Join('\n', Errors)}");
            }

            await Task.Delay(40, _cancel);
        }
    }

    /// <summary>Presses a key by its name, or types one character.</summary>
    public async Task PressAsync(string key)
    {
        (string code, int number, string text) = s_keys.TryGetValue(key, out (string, int, string) known) ? known : ("", char.ToUpperInvariant(key[0]), key);
        string name = key == "Space" ? " " : key;
        await SendAsync("Input.dispatchKeyEvent", new() { ["type"] = text.Length > 0 ? "keyDown" : "rawKeyDown", ["key"] = name, ["code"] = code, ["windowsVirtualKeyCode"] = number, ["text"] = text });
        await SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "keyUp", ["key"] = name, ["code"] = code, ["windowsVirtualKeyCode"] = number });
    }

    public Task TypeAsync(string text) => SendAsync("Input.insertText", new() { ["text"] = text });

    /// <summary>A real click in the middle of the first element that fits, after scrolling it into view.</summary>
    public async Task ClickAsync(string selector)
    {
        await WaitAsync($"document.querySelector({Quote(selector)})");
        double[] at = await ReadAsync<double[]>($"(() => {{ const e = document.querySelector({Quote(selector)}); e.scrollIntoView({{ block: 'center' }}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()");
        foreach (string type in (string[])["mousePressed", "mouseReleased"])
        {
            await SendAsync("Input.dispatchMouseEvent", new() { ["type"] = type, ["x"] = at[0], ["y"] = at[1], ["button"] = "left", ["clickCount"] = 1 });
        }
    }

    /// <summary>Presses Tab until the expression is true of `document.activeElement`; fails after <paramref name="most"/> presses.</summary>
    public async Task TabToAsync(string condition, int most = 60)
    {
        for (int i = 0; i < most; i++)
        {
            await PressAsync("Tab");
            if (await ReadAsync<bool>($"((e) => !!({condition}))(document.activeElement)"))
            {
                return;
            }
        }

        throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"not reached with {most} tabs: {condition}"));
    }

    /// <summary>The visible part as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String((await SendAsync("Page.captureScreenshot", new() { ["format"] = "png" }))["data"]!.GetValue<string>());

    public static string Quote(string text) => JsonSerializer.Serialize(text);

    private Task<JsonObject> SendAsync(string method, JsonObject? parameters = null) => _tools.SendAsync(method, parameters, _session, _cancel);

    private void Hear(string method, string? session, JsonObject told)
    {
        if (session != _session)
        {
            return;
        }

        switch (method)
        {
            case "Runtime.exceptionThrown":
                Errors.Enqueue("exception: " + (told["exceptionDetails"]!["exception"]?["description"] ?? told["exceptionDetails"]!["text"]));
                break;
            case "Runtime.consoleAPICalled" when told["type"]!.GetValue<string>() is "error" or "warning":
                Errors.Enqueue("console: " + told["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when told["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                Errors.Enqueue($"log: {told["entry"]!["text"]} {told["entry"]!["url"]}");
                break;
            case "Network.requestWillBeSent":
                Requests.Enqueue(new Uri(told["request"]!["url"]!.GetValue<string>()));
                break;
            case "Network.webSocketCreated":
                Requests.Enqueue(new Uri(told["url"]!.GetValue<string>()));
                break;
            default:
                break;
        }
    }
}
