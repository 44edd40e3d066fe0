using System.Text.Json;

namespace TinyNano.Cli.Tests;

public sealed class DemoTests : InTemporaryFolder
{
    [Fact]
    public void Json_SaysWhatBecameOfEveryPush()
    {
        Tool.Result result = Run("demo", "--on", "host", "--replay", "0", "--update-images", "40", "--folder", "demo", "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        JsonElement root = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal(["fashion_v1", "fashion_v2"], root.GetProperty("rows").EnumerateArray().Select(r => r.GetProperty("model").GetString()!));
        if (!root.TryGetProperty("update", out JsonElement update))
        {
            Assert.Contains("libmbedtls-dev", result.Error, StringComparison.Ordinal);
            return;
        }

        Assert.True(update.GetProperty("asExpected").GetBoolean(), result.Error);
        Assert.Equal([0, -21, -14, -16, -9], update.GetProperty("pushes").EnumerateArray().Select(p => p.GetProperty("status").GetInt32()));
        Assert.Contains("receiving 100 %", result.Error, StringComparison.Ordinal);
    }
}
