using System.Text.RegularExpressions;

namespace TinyNano.Surface.Projects;

/// <summary>The little of MSBuild's language that project files use: properties, `==`, `!=`, `and`, `or` and `Exists`.</summary>
internal sealed partial class MsBuildText
{
    private readonly Dictionary<string, string> _properties = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _folder;

    public MsBuildText(string file)
    {
        _folder = Path.GetDirectoryName(file)!;
        Set("Configuration", "Release");
        Set("Platform", "AnyCPU");
        Set("MSBuildThisFileDirectory", _folder + "/");
        Set("MSBuildProjectDirectory", _folder);
        Set("MSBuildProjectName", Path.GetFileNameWithoutExtension(file));
    }

    public void Set(string name, string value) => _properties[name] = value;

    /// <summary>The property, or an empty text.</summary>
    public string Get(string name) => _properties.GetValueOrDefault(name, "");

    public bool IsTrue(string name) => Get(name).Equals("true", StringComparison.OrdinalIgnoreCase);

    public string Expand(string text) => Property().Replace(text, match => Get(match.Groups[1].Value));

    /// <exception cref="SurfaceException">The condition uses more of MSBuild than is understood here.</exception>
    public bool Holds(string condition, string where)
    {
        foreach (string alternative in Or().Split(condition))
        {
            if (And().Split(alternative).All(term => Term(term.Trim(), condition, where)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Term(string term, string condition, string where)
    {
        Match comparison = Comparison().Match(term);
        if (comparison.Success)
        {
            bool same = Expand(comparison.Groups["left"].Value).Equals(Expand(comparison.Groups["right"].Value), StringComparison.OrdinalIgnoreCase);
            return same == (comparison.Groups["sign"].Value == "==");
        }

        Match exists = Exists().Match(term);
        if (exists.Success)
        {
            string path = Path.Combine(_folder, NanoProjectReader.Slashes(Expand(exists.Groups["path"].Value)));
            return (File.Exists(path) || Directory.Exists(path)) == (exists.Groups["not"].Length == 0);
        }

        throw new SurfaceException($"{where}: the condition {condition} is not understood; expected '==', '!=', Exists('...'), joined by 'and' or 'or'");
    }

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Property();

    [GeneratedRegex(@"^'(?<left>[^']*)'\s*(?<sign>==|!=)\s*'(?<right>[^']*)'$")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^(?<not>!?)Exists\('(?<path>[^']*)'\)$", RegexOptions.IgnoreCase)]
    private static partial Regex Exists();

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"\s+or\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Or();
}
