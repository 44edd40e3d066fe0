using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TinyNano.Compiler.IR;
using TinyNano.Compiler.Samples;
using TinyNano.Simulator;
using TinyNano.Simulator.Evaluation;
using TinyNano.Studio.Demo;

namespace TinyNano.Studio.Tests;

[Collection("studio")]
public sealed class SampleApiTests(StudioFixture studio)
{
    [Fact]
    public async Task LabelledSamples_ComeBackAsFiles_ThatTheCommandLineReads()
    {
        using HttpClient owner = await studio.OwnerAsync();
        string model = (await studio.Data.ModelsAsync(default))[^1].Id;
        foreach ((long id, int label) in ((long, int)[])[(50, 3), (51, 0), (52, 9)])
        {
            Assert.Equal(HttpStatusCode.NoContent, (await owner.PostAsJsonAsync("/api/sample/label", new { id, label })).StatusCode);
        }

        using ZipArchive zip = new(new MemoryStream(await owner.GetByteArrayAsync("/api/samples/export?model=" + model)));
        string folder = Directory.CreateTempSubdirectory("tinynano-export-").FullName;
        try
        {
            zip.ExtractToDirectory(folder);
            string records = Path.Combine(folder, "samples.bin");
            byte[] blob = (await studio.Data.BlobAsync(model, default))!;
            SampleFormat format = new() { Type = DType.Int8 };
            int[] labels = LabelFile.Read(Path.Combine(folder, "labels.csv"));
            SampleFile samples = SampleFile.Open(records, format, 28 * 28);
            Assert.Equal(samples.Records, labels.Length);
            Assert.Equal((await studio.Data.LabelledAsync(model, default)).Select(l => l.Label), labels);
            EvaluationResult result = Evaluator.Run(blob, Engine.Host, samples, format, labels, Metric.Accuracy);
            Assert.Equal(labels.Length, result.Records);

            // The command of the README that calibrates: real numbers need the scale that it gives.
            string readme = File.ReadAllText(Path.Combine(folder, "README.txt"));
            Assert.Contains("--input-type int8 --input-scale ", readme, StringComparison.Ordinal);
            string[] words = readme.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            float scale = float.Parse(words[Array.IndexOf(words, "--input-scale") + 1], System.Globalization.CultureInfo.InvariantCulture);
            int zero = int.Parse(words[Array.IndexOf(words, "--input-zero") + 1], System.Globalization.CultureInfo.InvariantCulture);
            float[] real = SampleFile.Open(records, format with { Scale = scale, Zero = zero }, 28 * 28).Real(0);
            Assert.InRange(real.Min(), -0.01f, 0.5f);
            Assert.InRange(real.Max(), 0.5f, 1.01f);
            Assert.Equal(DemoAssetsLabels(), File.ReadAllLines(Path.Combine(folder, "labels.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (long id in (long[])[50, 51, 52])
        {
            Assert.Equal(HttpStatusCode.NoContent, (await owner.PostAsJsonAsync("/api/sample/label", new { id, label = (int?)null })).StatusCode);
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(1, -1)]
    [InlineData(99_999, 0)]
    [InlineData(0, 0)]
    public async Task UnknownSamplesAndClasses_AreRefused(long id, int label)
    {
        using HttpClient owner = await studio.OwnerAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsJsonAsync("/api/sample/label", new { id, label })).StatusCode);
    }

    [Fact]
    public async Task Export_WithoutLabels_SaysWhatToDo()
    {
        using HttpClient owner = await studio.OwnerAsync();
        string unlabelled = (await studio.Data.ModelsAsync(default))[0].Id;
        HttpResponseMessage answer = await owner.GetAsync("/api/samples/export?model=" + unlabelled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Label some", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    private static string[] DemoAssetsLabels() => TinyNano.Demo.DemoAssets.Labels;
}
