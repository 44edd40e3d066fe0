using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinyNano.Studio.Demo;

namespace TinyNano.Studio.Tests;

/// <summary>A running page over an invented fleet whose first devices have hostile names, on a free port of the loopback.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    public const string Token = "a-token-for-tests-0123456789";

    public static IReadOnlyList<string> HostileNames { get; } =
    [
        "<script>document.title='owned'</script>", "\"><img src=x onerror=\"document.title='owned'\">", "'; DROP TABLE devices; --", "a b&c=d#e?f/../g", "\u202eevil", "{{7*7}}${7*7}",
    ];

    public DemoData Data { get; } = new(devices: 120, names: HostileNames);

    internal StudioServer Server { get; private set; } = null!;

    public Uri Address => Server.Address;

    public async Task InitializeAsync() =>
        Server = await StudioServer.StartAsync(Data, new StudioOptions { Port = 0, Token = Token, LiveInterval = TimeSpan.FromMilliseconds(50) });

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Data.Dispose();
    }

    /// <summary>A client without cookies that follows no redirects.</summary>
    public HttpClient Stranger() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <summary>A client that has logged in and sends the CSRF token.</summary>
    public async Task<HttpClient> OwnerAsync(string who = "Ada")
    {
        HttpClient client = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = Token, ["who"] = who });
        HttpResponseMessage answer = await client.PostAsync("/login", form);
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        JsonElement session = await client.GetFromJsonAsync<JsonElement>("/api/session");
        client.DefaultRequestHeaders.Add("X-TinyNano-Csrf", session.GetProperty("csrf").GetString());
        return client;
    }
}

/// <summary>Tests that share one page.</summary>
[CollectionDefinition("studio")]
public sealed class StudioTests : ICollectionFixture<StudioFixture>;
