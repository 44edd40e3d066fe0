using System.Text.RegularExpressions;
using TinyNano.TestKit;

namespace TinyNano.Contracts.Tests;

/// <summary>The texts that must agree, read from the checkout.</summary>
internal static class Sources
{
    public static string Spec { get; } = Read("docs", "SPEC.md");

    public static string Read(params string[] parts) => File.ReadAllText(Path.Combine([SharedData.ProjectRoot, .. parts]));

    /// <summary>The part of SPEC.md between a heading and the next one of the same or a higher level.</summary>
    public static string SpecChapter(string heading)
    {
        Match match = Regex.Match(Spec, $@"^(#+) {Regex.Escape(heading)}[^\n]*\n(.*?)(?=^\1 |^#{{1,2}} |\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        return match.Success ? match.Groups[2].Value : throw new InvalidOperationException($"SPEC.md has no chapter '{heading}'");
    }
}
