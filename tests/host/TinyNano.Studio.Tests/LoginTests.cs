using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TinyNano.Studio.Demo;
using TinyNano.Studio.Security;

namespace TinyNano.Studio.Tests;

[Collection("studio")]
public sealed class LoginTests(StudioFixture studio)
{
    [Fact]
    public async Task EveryRoute_WithoutSession_IsRefused()
    {
        using HttpClient stranger = studio.Stranger();
        int seen = 0;
        foreach (RouteEndpoint route in studio.Server.Routes)
        {
            string path = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{name}", "app.js", StringComparison.Ordinal).Replace("{*path:nonfile}", "nowhere", StringComparison.Ordinal);
            if (path is "/login" or "/assets/app.js")
            {
                continue;
            }

            foreach (string method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            {
                using HttpRequestMessage request = new(new HttpMethod(method), path);
                using HttpResponseMessage answer = await stranger.SendAsync(request);
                bool refused = answer.StatusCode == HttpStatusCode.Unauthorized || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString == "/login");
                Assert.True(refused, $"{method} {path} answered {answer.StatusCode}");
                seen++;
            }
        }

        Assert.True(seen >= 20, $"only {seen} routes were tried");
    }

    [Theory]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("a-token-for-tests-012345678")]
    [InlineData("A-token-for-tests-0123456789")]
    public async Task WrongToken_OpensNothing(string token)
    {
        using HttpClient stranger = studio.Stranger();
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = token });
        using HttpResponseMessage answer = await stranger.PostAsync("/login", form);
        Assert.Equal("/login?wrong", answer.Headers.Location?.OriginalString);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Cookie_IsHttpOnlyAndStrict_AndInventedOnesOpenNothing()
    {
        using HttpClient stranger = studio.Stranger();
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = StudioFixture.Token });
        using HttpResponseMessage answer = await stranger.PostAsync("/login", form);
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(StudioFixture.Token, cookie, StringComparison.Ordinal);

        using HttpRequestMessage invented = new(HttpMethod.Get, "/api/fleet");
        invented.Headers.Add("Cookie", cookie.Split('=')[0] + "=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.SendAsync(invented)).StatusCode);
    }

    [Fact]
    public async Task Logout_EndsTheSession()
    {
        using HttpClient owner = await studio.OwnerAsync();
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/api/fleet")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await owner.PostAsync("/logout", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/fleet")).StatusCode);
    }

    [Fact]
    public async Task Session_GivesTheNameForTheAuditTrail_WithoutControlCharacters()
    {
        using HttpClient owner = await studio.OwnerAsync("  Grace\r\nHopper" + new string('x', 100));
        JsonElement session = await owner.GetFromJsonAsync<JsonElement>("/api/session");
        string who = session.GetProperty("who").GetString()!;
        Assert.StartsWith("GraceHopper", who, StringComparison.Ordinal);
        Assert.Equal(40, who.Length);
    }

    [Fact]
    public async Task ManyWrongTokens_AreSlowedDown_ForAMinute()
    {
        ManualClock clock = new();
        using DemoData data = new(devices: 3);
        await using StudioServer server = await StudioServer.StartAsync(data, new StudioOptions { Port = 0, Token = StudioFixture.Token }, clock);
        using HttpClient stranger = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        async Task<string?> Try(string token)
        {
            using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = token });
            return (await stranger.PostAsync("/login", form)).Headers.Location?.OriginalString;
        }

        for (int i = 0; i < LoginLimit.WrongPerMinute; i++)
        {
            Assert.Equal("/login?wrong", await Try($"guess {i}"));
        }

        Assert.Equal("/login?wait", await Try(StudioFixture.Token));
        clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal("/", await Try(StudioFixture.Token));
    }

    [Fact]
    public void Sessions_EndWhenIdle_AndAreLimited()
    {
        ManualClock clock = new();
        Sessions sessions = new(TimeSpan.FromHours(1), clock);
        string first = sessions.Open("a", out _);
        clock.Now += TimeSpan.FromMinutes(59);
        Assert.NotNull(sessions.Find(first));
        clock.Now += TimeSpan.FromMinutes(61);
        Assert.Null(sessions.Find(first));

        string oldest = sessions.Open("b", out _);
        for (int i = 0; i < Sessions.Maximum; i++)
        {
            clock.Now += TimeSpan.FromMilliseconds(1);
            sessions.Open("c", out _);
        }

        Assert.Null(sessions.Find(oldest));
    }

    [Fact]
    public async Task Start_RefusesAShortToken_AndMakesLongOnesItself()
    {
        using DemoData data = new(devices: 1);
        StudioException refused = await Assert.ThrowsAsync<StudioException>(() => StudioServer.StartAsync(data, new StudioOptions { Port = 0, Token = "secret" }));
        Assert.Equal("TN6902", refused.Id);
        Assert.NotEqual(AccessToken.NewText(), AccessToken.NewText());
        Assert.Equal(32, AccessToken.NewText().Length);
    }

    [Fact]
    public async Task Start_SaysWhatToDo_WhenThePortIsTaken()
    {
        using DemoData data = new(devices: 1);
        StudioException refused = await Assert.ThrowsAsync<StudioException>(() => StudioServer.StartAsync(data, new StudioOptions { Port = studio.Address.Port }));
        Assert.Equal("TN6907", refused.Id);
        Assert.Contains("--port", refused.Message, StringComparison.Ordinal);
    }
}
