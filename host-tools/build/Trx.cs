using System.Xml.Linq;

namespace TinyNano.Build;

/// <summary>Reads the result file that `dotnet test` writes.</summary>
internal static class Trx
{
    private static readonly XNamespace s_schema = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>No file gives an empty result: a project without tests writes none.</summary>
    public static SuiteResult Read(string suite, string path)
    {
        if (!File.Exists(path))
        {
            return new SuiteResult(suite, 0, 0, [], []);
        }

        int passed = 0;
        var failures = new List<string>();
        var skips = new List<string>();
        foreach (XElement test in XDocument.Load(path).Descendants(s_schema + "UnitTestResult"))
        {
            string name = (string?)test.Attribute("testName") ?? "(unnamed)";
            switch ((string?)test.Attribute("outcome"))
            {
                case "Passed":
                    passed++;
                    break;

                case "NotExecuted":
                    skips.Add($"{name}: {Text(test, "Message") ?? Text(test, "StdOut") ?? "no reason given"}");
                    break;

                default:
                    failures.Add(string.Join("\n    ", name, Text(test, "Message"), Text(test, "StackTrace")));
                    break;
            }
        }

        return new SuiteResult(suite, passed, failures.Count, failures, skips);
    }

    private static string? Text(XElement test, string name)
    {
        return test.Descendants(s_schema + name).FirstOrDefault()?.Value.Trim().ReplaceLineEndings("\n    ");
    }
}
