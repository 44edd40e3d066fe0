using System.Text.RegularExpressions;
using TinyNano.TestKit;
using YamlDotNet.RepresentationModel;

namespace TinyNano.Cli.Tests;

/// <summary>The example pipelines are YAML, and every command and option in them exists.</summary>
public sealed class PipelineTests : InTemporaryFolder
{
    [Theory]
    [InlineData("github-actions.yml", "jobs", "gate", "rollout")]
    [InlineData("azure-pipelines.yml", "stages", "gate", "rollout")]
    public void Example_IsYaml_AndItsCommandsExist(string file, string top, string first, string second)
    {
        YamlStream stream = [];
        using (StreamReader reader = File.OpenText(Path.Combine(SharedData.ProjectRoot, "examples", "pipelines", file)))
        {
            stream.Load(reader);
        }

        YamlMappingNode root = (YamlMappingNode)stream.Documents[0].RootNode;
        YamlNode parts = root.Children[new YamlScalarNode(top)];
        string[] names = parts is YamlMappingNode jobs
            ? [.. jobs.Children.Keys.Select(k => ((YamlScalarNode)k).Value!)]
            : [.. ((YamlSequenceNode)parts).Children.Select(s => ((YamlScalarNode)((YamlMappingNode)s).Children[new YamlScalarNode("stage")]).Value!)];
        Assert.Equal([first, second], names);

        string[] commands = [.. Scalars(root).SelectMany(s => s.Split('\n')).Select(s => s.Trim()).Where(s => s.StartsWith("tinynano ", StringComparison.Ordinal))];
        Assert.Equal(["compile", "gate", "sign", "push"], commands.Select(c => c.Split(' ')[1]));
        foreach (string command in commands)
        {
            Tool.Result help = Run(command.Split(' ')[1], "--help");
            Assert.Equal(0, help.ExitCode);
            Assert.All(Regex.Matches(command, @"(?<= )--?[a-z][a-z-]*").Select(m => m.Value), option => Assert.Matches($@"(^|[ ,]){Regex.Escape(option)}\b", help.Out));
        }
    }

    private static IEnumerable<string> Scalars(YamlNode node) => node.AllNodes.OfType<YamlScalarNode>().Where(n => n.Value is not null).Select(n => n.Value!);
}
