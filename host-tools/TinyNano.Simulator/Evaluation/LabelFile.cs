using System.Globalization;
using TinyNano.Compiler.Diagnostics;

namespace TinyNano.Simulator.Evaluation;

/// <summary>Labels of samples: CSV with a header; the column `label` (or the last one) holds class numbers, a row a record.</summary>
public static class LabelFile
{
    /// <summary>Reads labels; CompileException TN3010 names the line that is wrong.</summary>
    public static int[] Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new CompileException("TN3003", "no such file", path);
        }

        string[] lines = File.ReadAllLines(path);
        string[] header = lines.Length == 0 ? [] : lines[0].Split(',');
        int column = Array.FindIndex(header, h => h.Trim().Equals("label", StringComparison.OrdinalIgnoreCase));
        column = column < 0 ? header.Length - 1 : column;
        List<int> labels = [];
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0)
            {
                continue;
            }

            string[] cells = lines[i].Split(',');
            if (column >= cells.Length || !int.TryParse(cells[column], NumberStyles.Integer, CultureInfo.InvariantCulture, out int label) || label < 0)
            {
                throw new CompileException("TN3010", $"line {i + 1}: expected a class number in column {column + 1}, found '{lines[i]}'", path);
            }

            labels.Add(label);
        }

        return labels.Count > 0 ? [.. labels] : throw new CompileException("TN3010", "no labels: expected a header line and one line per record", path);
    }
}
