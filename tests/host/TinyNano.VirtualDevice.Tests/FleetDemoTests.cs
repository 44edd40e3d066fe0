using TinyNano.Demo;
using TinyNano.Demo.Fleets;
using Xunit.Abstractions;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>The demo's fleet from end to end, with fewer devices: drift alarm, rollout, gate, revert.</summary>
public sealed class FleetDemoTests : InTemporaryFolder
{
    private const int Devices = 8;
    private readonly ITestOutputHelper _output;

    public FleetDemoTests(ITestOutputHelper output) => _output = output;

    [UpdateFact]
    public async Task DriftedCamera_IsNamed_AndABadModelIsStoppedAndTakenBack()
    {
        FleetDemo demo = new(DemoRun.Compile("fashion_v2", 2).Model.Blob, Devices, TimeSpan.FromMinutes(4));
        FleetDemoResult result = await demo.RunAsync(Path.Combine(Folder, "fleet"), _output.WriteLine, CancellationToken.None);

        FleetAlarm alarm = Assert.Single(result.Alarms);
        Assert.Equal(result.Drifted, alarm.Device);
        Assert.InRange(alarm.Samples, 1, 200);
        Assert.Equal((1, Devices - 1, "Reverted"), (result.GotVersion3, result.Targets, result.Rollout));
        Assert.StartsWith("gate accuracy:", result.Reason, StringComparison.Ordinal);
        Assert.True(result.BadAccuracy < result.GoodAccuracy - 0.05, $"{result.BadAccuracy} and {result.GoodAccuracy}");
        Assert.Equal((Devices, true), (result.BackOnVersion2, result.AsExpected));
        Assert.Empty(result.Faults);
    }

    [Fact]
    public void WorseModel_ProvesItself()
    {
        byte[] worse = ModelNoise.Degrade(FashionModel, 20, 1, 7);
        Compiler.Emit.Blob read = Compiler.Emit.BlobReader.Read(worse);
        Assert.Equal((7u, 2), (read.ModelVersion, read.GoldenVectors));
        Assert.NotEqual(FashionModel, worse);
        Storage.DeviceStorage.Install(Folder, Storage.EngineChoice.Native, 64 * 1024, worse);
    }
}
