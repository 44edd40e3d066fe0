using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TinyNano.Studio.Tests;

[Collection("studio")]
public sealed partial class HeaderTests(StudioFixture studio)
{
    [Theory]
    [InlineData("/login")]
    [InlineData("/")]
    [InlineData("/api/fleet")]
    [InlineData("/assets/app.js")]
    [InlineData("/nowhere")]
    public async Task EveryAnswer_HasAStrictPolicy(string path)
    {
        using HttpClient owner = await studio.OwnerAsync();
        using HttpResponseMessage answer = await owner.GetAsync(path);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/")]
    public async Task Pages_HaveNoInlineScriptOrStyle_AndNothingFromElsewhere(string path)
    {
        using HttpClient owner = await studio.OwnerAsync();
        string html = await owner.GetStringAsync(path);
        Assert.DoesNotMatch(InlineCode(), html);
        Assert.DoesNotContain("//", html.Replace("<!doctype", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_NeedTheCsrfHeader_OfThisSession()
    {
        using HttpClient owner = await studio.OwnerAsync();
        using HttpClient other = await studio.OwnerAsync();
        string others = other.DefaultRequestHeaders.GetValues("X-TinyNano-Csrf").Single();
        foreach (string? header in (string?[])[null, "", "wrong", others])
        {
            owner.DefaultRequestHeaders.Remove("X-TinyNano-Csrf");
            if (header is not null)
            {
                owner.DefaultRequestHeaders.Add("X-TinyNano-Csrf", header);
            }

            HttpResponseMessage answer = await owner.PostAsJsonAsync("/api/rollout", new { id = 9, action = "pause", reason = "" });
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("TN6905", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
        }

        JsonElement rollout = await other.GetFromJsonAsync<JsonElement>("/api/rollout?id=9");
        Assert.Equal("running", rollout.GetProperty("row").GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task RequestsOfOtherPages_AreRefused_EvenWithSessionAndHeader(string header, string value)
    {
        using HttpClient owner = await studio.OwnerAsync();
        foreach (string path in (string[])["/api/rollout", "/live/negotiate?negotiateVersion=1", "/login", "/logout"])
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path);
            request.Headers.Add(header, value);
            Assert.Equal(HttpStatusCode.Forbidden, (await owner.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task ForeignHostNames_AreRefused(string host)
    {
        using HttpClient owner = await studio.OwnerAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/fleet");
        request.Headers.Host = host;
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await owner.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id\":-1,\"action\":\"pause\"}")]
    [InlineData("{\"id\":9,\"action\":\"explode\"}")]
    [InlineData("{\"id\":9,\"action\":77}")]
    public async Task MalformedBodies_AreRefusedWithASentence(string body)
    {
        using HttpClient owner = await studio.OwnerAsync();
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        HttpResponseMessage answer = await owner.PostAsync("/api/rollout", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("TN6911", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task LargeBodies_AreRefused()
    {
        using HttpClient owner = await studio.OwnerAsync();
        using ByteArrayContent content = new(new byte[200 * 1024]);
        content.Headers.ContentType = new("application/json");
        HttpResponseMessage answer = await owner.PostAsync("/api/rollout", content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [GeneratedRegex(@"<script(?![^>]*\bsrc=)|<style|\son\w+\s*=|\sstyle\s*=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();
}
