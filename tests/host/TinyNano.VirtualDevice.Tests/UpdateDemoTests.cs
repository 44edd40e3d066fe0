using TinyNano.Demo;
using TinyNano.Demo.OverTheAir;
using Xunit.Abstractions;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The demo's updates from end to end: TLS, update server, the sample application, and what must not get in.</summary>
public sealed class UpdateDemoTests : InTemporaryFolder
{
    private const int ImageCount = 200;
    private readonly ITestOutputHelper _output;

    public UpdateDemoTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task RunningDevice_GetsVersion2_AndNothingElse()
    {
        UpdateDemo demo = new(FashionModel, DemoRun.Compile("fashion_v2", 2).Model.Blob, ImageCount, TimeSpan.FromMinutes(4));
        UpdateDemoResult result = await demo.RunAsync(Path.Combine(Folder, "demo"), _output.WriteLine, CancellationToken.None);

        // Every result that arrived is the desk's for the same image, so the accuracies are exactly those of the desk.
        Assert.Equal((result.DeskBefore, result.DeskAfter), (result.Before, result.After));
        Assert.True(result.After > result.Before, $"{result.Before} with version 1, {result.After} with version 2");
        Assert.Equal(["receiving", "stored", "trial", "confirmed"], States(result.Pushes[0]));
        Assert.Equal([("confirmed", 0), ("refused", -21), ("refused", -14), ("refused", -16), ("refused", -9)], result.Pushes.Select(p => (p.End, p.Status)));
        Assert.Equal([3u, 4u, 4u, 5u], result.Pushes.Skip(1).Select(p => p.Version));

        // The rotten blob's chunks never got into the flash; the model that fails its proof did, and no further.
        Assert.Equal(0, result.Pushes[1].PartsStored);
        Assert.Equal(["receiving", "stored", "refused"], States(result.Pushes[4]));
        Assert.All(result.Pushes.Skip(1), p => Assert.Equal((100, 0, 0), (p.StillAnswers, p.Wrong, p.Strangers)));
        Assert.Equal((1, true), (result.Starts, result.AsExpected));
        Assert.Empty(result.Faults);
    }

    [Fact]
    public void Tampering_KeepsChecksums_AndRotDoesNot()
    {
        byte[] spoiled = BlobTampering.SpoilGolden(BlobTampering.Renumber(FashionModel, 9));
        Assert.Equal(9u, Compiler.Emit.BlobReader.Read(spoiled).ModelVersion);
        Assert.NotEqual(Compiler.Emit.BlobReader.Read(FashionModel).Crc, Compiler.Emit.BlobReader.Read(spoiled).Crc);
        byte[] rotten = BlobTampering.Rot(FashionModel, 512);
        Assert.Equal((FashionModel.Length - 256 + 511) / 512, rotten.Zip(FashionModel).Count(b => b.First != b.Second));
    }

    private static IEnumerable<string> States(UpdatePush push) => push.Said.Select(s => s.State).Distinct();
}
