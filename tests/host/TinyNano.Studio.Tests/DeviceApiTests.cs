using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinyNano.Studio.Demo;

namespace TinyNano.Studio.Tests;

[Collection("studio")]
public sealed class DeviceApiTests(StudioFixture studio)
{
    [Fact]
    public async Task Paging_GivesEveryDeviceOnce()
    {
        using HttpClient owner = await studio.OwnerAsync();
        List<string> names = [];
        int total;
        do
        {
            JsonElement slice = await owner.GetFromJsonAsync<JsonElement>($"/api/devices?limit=50&offset={names.Count}");
            total = slice.GetProperty("total").GetInt32();
            names.AddRange(slice.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!));
        }
        while (names.Count < total);
        Assert.Equal(120, names.Count);
        Assert.Equal(120, names.Distinct().Count());
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Theory]
    [InlineData("limit=100000", 120)]
    [InlineData("limit=-1", 50)]
    [InlineData("limit=abc&offset=-7", 50)]
    [InlineData("offset=119", 1)]
    [InlineData("offset=120", 0)]
    [InlineData("offset=99999999999999999999", 50)]
    [InlineData("search=CAM-00&limit=200", 93)]
    [InlineData("drift=drift", 1)]
    [InlineData("drift=99", 50)]
    [InlineData("alarms=yes", 1)]
    [InlineData("online=no&limit=200", 6)]
    [InlineData("state=failed", 1)]
    [InlineData("model=fashion%401&search=nothing-like-it", 0)]
    public async Task Queries_AreBoundedAndFiltered(string query, int expected)
    {
        using HttpClient owner = await studio.OwnerAsync();
        JsonElement slice = await owner.GetFromJsonAsync<JsonElement>("/api/devices?" + query);
        Assert.Equal(expected, slice.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Sorting_PutsMissingValuesLast_InBothDirections()
    {
        using HttpClient owner = await studio.OwnerAsync();
        foreach (string order in (string[])["up", "down"])
        {
            JsonElement[] items = [.. (await owner.GetFromJsonAsync<JsonElement>($"/api/devices?sort=drift&limit=200&order={order}")).GetProperty("items").EnumerateArray()];
            double?[] psi = [.. items.Select(i => i.GetProperty("psi").ValueKind == JsonValueKind.Null ? (double?)null : i.GetProperty("psi").GetDouble())];
            Assert.Null(psi[^1]);
            double[] values = [.. psi.Where(p => p.HasValue).Select(p => p!.Value)];
            Assert.Equal(order == "up" ? values.Order() : values.OrderDescending(), values);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await owner.GetAsync("/api/devices?sort=password")).StatusCode);
    }

    [Fact]
    public async Task HostileNames_TravelUnchanged_AsJsonThatNoBrowserTakesForMarkup()
    {
        using HttpClient owner = await studio.OwnerAsync();
        foreach (string name in StudioFixture.HostileNames)
        {
            HttpResponseMessage answer = await owner.GetAsync("/api/device?name=" + Uri.EscapeDataString(name));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("<", text, StringComparison.Ordinal);
            Assert.Equal(name, JsonDocument.Parse(text).RootElement.GetProperty("row").GetProperty("name").GetString());
        }

        HttpResponseMessage unknown = await owner.GetAsync("/api/device?name=%3Cscript%3E");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.DoesNotContain("script", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenThousandDevices_AnswerAPageQuickly()
    {
        using DemoData data = new(devices: 10_000);
        await using StudioServer server = await StudioServer.StartAsync(data, new StudioOptions { Port = 0, Token = StudioFixture.Token });
        using HttpClient owner = new() { BaseAddress = server.Address };
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["token"] = StudioFixture.Token });
        await owner.PostAsync("/login", form);
        JsonElement slice = await owner.GetFromJsonAsync<JsonElement>("/api/devices?sort=drift&order=down&offset=9000&limit=50");
        Assert.Equal(10_000, slice.GetProperty("total").GetInt32());
        Assert.Equal(50, slice.GetProperty("items").GetArrayLength());
        byte[] body = await owner.GetByteArrayAsync("/api/devices?limit=50");
        Assert.True(body.Length < 40_000, $"{body.Length} bytes");
    }
}
