using TinyNano.Fleet.Load;
using Xunit.Abstractions;

namespace TinyNano.Updates.Tests;

/// <summary>The load program with a few light devices; docs/ROLLOUTS.md has the figures of thousands.</summary>
public sealed class LoadTests
{
    private const int Devices = 20;
    private const int BlobBytes = 60_000;
    private const int Parts = 60;
    private readonly ITestOutputHelper _output;

    public LoadTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task LightDevices_PullTheirModel()
    {
        LoadResult result = await LoadRun.OneAsync(Devices, BlobBytes, group: false, mosquitto: true, loss: 0, light: true);
        _output.WriteLine(result.Line);
        Assert.True(result.Good, result.Line);
        Assert.Equal(0, result.GroupMessages);
        Assert.InRange(result.Bytes, Devices * (long)BlobBytes, Devices * BlobBytes * 11L / 10);
    }

    [UpdateFact]
    public async Task LightDevices_GetItAsAGroup_AndFetchWhatIsLost()
    {
        LoadResult result = await LoadRun.OneAsync(Devices, BlobBytes, group: true, mosquitto: true, loss: 5, light: true);
        _output.WriteLine(result.Line);
        Assert.True(result.Good, result.Line);
        Assert.InRange(result.GroupMessages, Parts, 3 * Parts + 10);

        // Each device lacks one part in twenty of one round, and loses some of those again.
        Assert.InRange(result.Messages, 1, Devices * Parts / 3);
    }
}
