using System.Diagnostics;
using System.Text.Json;

namespace TinyNano.VirtualDevice.Tests;

/// <summary>`tinynano device` as a user types it.</summary>
public sealed class DeviceCommandTests : InTemporaryFolder
{
    private string State => Path.Combine(Folder, "state");

    [Fact]
    public void Run_ThenShowInstallErase()
    {
        Write();
        (int code, string json, string error) = Tool.Run("device", "run", "--model", At("m.tnb"), "--trace", At("t.json"), "--speed", "max", "--state", State, "--json");
        Assert.True(code == 0, error);
        JsonElement report = JsonDocument.Parse(json).RootElement;
        Assert.Equal(20, report.GetProperty("inferences").GetInt32());
        Assert.Equal("trace ended", report.GetProperty("ended").GetString());

        JsonElement shown = JsonDocument.Parse(Tool.Run("device", "show", "--state", State, "--json").Out).RootElement;
        Assert.True(shown.GetProperty("slots")[0].GetProperty("isActive").GetBoolean());
        File.WriteAllBytes(At("other.tnb"), DenseModel(1, 28, 28, 10));
        Assert.Equal(0, Tool.Run("device", "install", At("other.tnb"), "--state", State).ExitCode);
        shown = JsonDocument.Parse(Tool.Run("device", "show", "--state", State, "--json").Out).RootElement;
        Assert.Equal("dense1", shown.GetProperty("slots")[1].GetProperty("model").GetString());
        Assert.True(shown.GetProperty("slots")[1].GetProperty("isActive").GetBoolean());
        Assert.Equal(0, Tool.Run("device", "erase", "--state", State).ExitCode);
        Assert.False(File.Exists(Path.Combine(State, "flash.bin")));
    }

    [Theory]
    [InlineData(2, "device", "run", "--speed", "fast")]
    [InlineData(2, "device", "run", "--devices", "0")]
    [InlineData(2, "device", "run", "--set", "novalue")]
    [InlineData(2, "device", "install", "x.tnb")]
    [InlineData(1, "device", "run", "--model", "nowhere.tnb")]
    [InlineData(1, "device", "run", "--app", "nowhere.dll")]
    [InlineData(1, "device", "run", "--set", "colour=red")]
    [InlineData(1, "device", "show", "--state", "nowhere")]
    public void Wrong_IsSaidByTheExitCode(int expected, params string[] arguments)
    {
        (int code, _, string error) = Tool.Run(arguments);
        Assert.True(code == expected, $"exit {code}: {error}");
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Interrupt_EndsInGoodOrder()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Write();
        using Process device = Tool.Start("device", "run", "--model", At("m.tnb"), "--trace", At("t.json"), "--state", State, "--json");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(State, "restarts.txt")), TimeSpan.FromSeconds(30)));
        Process.Start("kill", ["-INT", device.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();
        string json = device.StandardOutput.ReadToEnd();
        Assert.True(device.WaitForExit(30_000));
        Assert.Equal("cancelled", JsonDocument.Parse(json).RootElement.GetProperty("ended").GetString());
        Assert.Equal(0, device.ExitCode);
    }

    private string At(string name) => Path.Combine(Folder, name);

    private void Write()
    {
        File.WriteAllBytes(At("m.tnb"), FashionModel);
        File.WriteAllBytes(At("images.bin"), Images);
        File.WriteAllText(At("t.json"), """
            { "format": "tinynano-trace", "version": 1, "settings": { "sensor": "imager", "i2cAddress": "0x3A" },
              "i2c": [ { "address": "0x3A", "chip": "imager", "data": "images.bin", "frameBytes": 784, "rate": 10, "count": 20 } ] }
            """);
    }
}
