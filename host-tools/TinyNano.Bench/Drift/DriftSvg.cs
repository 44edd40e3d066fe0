using System.Globalization;
using System.Text;

namespace TinyNano.Bench.Drift;

/// <summary>Median delays of each fault, one row a fault, one mark a statistic, on a logarithmic axis.</summary>
internal static class DriftSvg
{
    private const int Left = 150;
    private const int Width = 620;
    private const int RowHeight = 18;
    private const int Top = 46;
    private const double From = 20;
    private const double To = 1000;
    private static readonly string[] s_colours = ["#1f77b4", "#ff7f0e", "#9467bd", "#2ca02c", "#d62728"];

    public static string Draw(DriftResult result)
    {
        int bottom = Top + result.Rows.Count * RowHeight;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Left + Width + 40} {bottom + 40}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append("<style>text{fill:#444}line{stroke:#ccc}@media(prefers-color-scheme:dark){text{fill:#ccc}line{stroke:#555}}</style>\n");
        for (int k = 0; k < result.Shown.Count; k++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Left + k * 110}\" cy=\"14\" r=\"5\" fill=\"{s_colours[k]}\"/><text x=\"{Left + k * 110 + 9}\" y=\"18\">{result.Shown[k].Variant}</text>\n");
        }

        foreach (int mark in new[] { 20, 50, 100, 200, 500, 1000 })
        {
            string style = mark == 200 ? " style=\"stroke:#d62728\" stroke-dasharray=\"4 3\"" : "";
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(mark):0.#}\" x2=\"{X(mark):0.#}\" y1=\"{Top - 8}\" y2=\"{bottom}\"{style}/><text x=\"{X(mark):0.#}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{(mark == 1000 ? "not found" : mark)}</text>\n");
        }

        for (int r = 0; r < result.Rows.Count; r++)
        {
            DriftRow row = result.Rows[r];
            int y = Top + r * RowHeight + RowHeight / 2;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 10}\" y=\"{y + 4}\" text-anchor=\"end\">{DriftPage.Name(row.Kind)} {row.Severity}</text>\n");
            for (int k = result.Shown.Count - 1; k >= 0; k--)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(row.Variants[k].Median):0.#}\" cy=\"{y + (k - 2) * 2}\" r=\"4\" fill=\"{s_colours[k]}\" fill-opacity=\"0.8\"/>\n");
            }
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + Width / 2}\" y=\"{bottom + 34}\" text-anchor=\"middle\">samples from the fault to the alarm, median of {result.Runs} runs ({result.Model})</text>\n</svg>\n");
        return svg.ToString();
    }

    private static double X(double samples) => Left + Width * Math.Log(Math.Clamp(samples, From, To) / From) / Math.Log(To / From);
}
