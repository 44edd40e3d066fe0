using System.Text.RegularExpressions;
using TinyNano.TestKit;

namespace TinyNano.Cli.Tests;

/// <summary>Every `./tinynano` line in the README's shell blocks runs and succeeds, in order.</summary>
public sealed partial class ReadmeTests : InTemporaryFolder
{
    [Fact]
    public void EveryCommand_Succeeds()
    {
        string readme = File.ReadAllText(Path.Combine(SharedData.ProjectRoot, "README.md"));
        string[] commands = [.. ShellBlock().Matches(readme).SelectMany(m => m.Groups[1].Value.Split('\n')).Where(l => l.StartsWith("./tinynano ", StringComparison.Ordinal))];
        Assert.True(commands.Length >= 5, $"{commands.Length} commands found");
        foreach (string command in commands)
        {
            string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(w => w.StartsWith("host-tools/", StringComparison.Ordinal) ? Path.Combine(SharedData.ProjectRoot, w) : w)];
            Tool.Result result = Run(words);
            Assert.True(result.ExitCode == 0, $"{command}\nexit {result.ExitCode}\n{result.Error}");
            Assert.NotEmpty(result.Out);
        }
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
