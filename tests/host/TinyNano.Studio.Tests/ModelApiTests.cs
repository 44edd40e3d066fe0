using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;

namespace TinyNano.Studio.Tests;

[Collection("studio")]
public sealed class ModelApiTests(StudioFixture studio)
{
    [Fact]
    public async Task Report_SaysWhatTheBlobSays()
    {
        using HttpClient owner = await studio.OwnerAsync();
        JsonElement first = (await owner.GetFromJsonAsync<JsonElement>("/api/models")).EnumerateArray().First();
        string id = first.GetProperty("id").GetString()!;
        JsonElement report = (await owner.GetFromJsonAsync<JsonElement>("/api/model?id=" + id)).GetProperty("report");
        Compiler.Emit.Blob blob = Compiler.Emit.BlobReader.Read((await studio.Data.BlobAsync(id, default))!);
        Assert.Equal(blob.ArenaBytes, report.GetProperty("arenaBytes").GetInt32());
        Assert.Equal(blob.Steps.Select(s => s.Op.Name), report.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("operator").GetString()));
        Assert.Equal(blob.Bytes, await owner.GetByteArrayAsync("/api/model/blob?id=" + id));
        XDocument svg = XDocument.Parse(await owner.GetStringAsync("/api/model/plan.svg?id=" + id));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
    }

    [Fact]
    public async Task Accuracy_IsThatOfTheEvaluator_AndIsKept()
    {
        using HttpClient owner = await studio.OwnerAsync();
        string id = (await studio.Data.ModelsAsync(default))[^1].Id;
        HttpResponseMessage answer = await owner.PostAsJsonAsync("/api/model/accuracy", new { id });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        double accuracy = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accuracy").GetDouble();
        Assert.InRange(accuracy, 0.9, 1);
        JsonElement kept = (await owner.GetFromJsonAsync<JsonElement>("/api/model?id=" + id)).GetProperty("accuracy");
        Assert.Equal(accuracy, kept.GetProperty("accuracy").GetDouble());
        Assert.Equal(1000, kept.GetProperty("confusion").EnumerateArray().Sum(r => r.EnumerateArray().Sum(c => c.GetInt32())));
    }

    [Theory]
    [InlineData("/api/model?id=ffffffff")]
    [InlineData("/api/model?id=../../etc/passwd")]
    [InlineData("/api/model/blob?id=ffffffff")]
    [InlineData("/api/model/plan.svg?id=ffffffff")]
    [InlineData("/assets/..%2Findex.html")]
    [InlineData("/assets/index.html")]
    public async Task UnknownThings_AreNotFound(string path)
    {
        using HttpClient owner = await studio.OwnerAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task UnknownCore_IsRefusedWithASentence()
    {
        using HttpClient owner = await studio.OwnerAsync();
        string id = (await studio.Data.ModelsAsync(default))[0].Id;
        HttpResponseMessage answer = await owner.PostAsJsonAsync("/api/model/profile", new { id, core = "z80" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }
}
