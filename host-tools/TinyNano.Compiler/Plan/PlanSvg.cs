using System.Globalization;
using System.Text;

namespace TinyNano.Compiler.Plan;

/// <summary>The memory plan as a picture: steps from left to right, arena bytes from bottom to top, one box a buffer.</summary>
public static class PlanSvg
{
    private const int Left = 80;
    private const int Top = 40;
    private const int Height = 420;

    private static readonly string[] Colours = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#9c755f"];

    public static string Draw(ArenaView view, string title)
    {
        int columns = view.Steps.Count + 2;
        int column = Math.Clamp(1100 / columns, 14, 60);
        int width = Left + columns * column + 20;
        int total = Top + Height + 130;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{total}\" viewBox=\"0 0 {width} {total}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{total}\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\" font-size=\"14\" fill=\"#222222\">{Escape(title)}: arena {view.ArenaBytes:N0} B, lower bound {view.LowerBound:N0} B</text>\n");
        Axis(svg, view, width);
        for (int i = 0; i < view.Spans.Count; i++)
        {
            Box(svg, view, view.Spans[i], column, Colours[i % Colours.Length]);
        }

        Line(svg, view, column);
        for (int i = 0; i < view.Steps.Count; i++)
        {
            int x = Left + (i + 1) * column + column / 2;
            svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({x + 4},{Top + Height + 10}) rotate(70)\" fill=\"#444444\">{i} {Escape(view.Steps[i])}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double Y(ArenaView view, double bytes) => Top + Height - bytes * Height / Math.Max(1, view.ArenaBytes);

    private static void Axis(StringBuilder svg, ArenaView view, int width)
    {
        for (int i = 0; i <= 4; i++)
        {
            int bytes = (int)((long)view.ArenaBytes * i / 4);
            double y = Y(view, bytes);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" y1=\"{y:0.#}\" x2=\"{width - 10}\" y2=\"{y:0.#}\" stroke=\"#dddddd\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\" fill=\"#444444\">{bytes:N0}</text>\n");
        }
    }

    private static void Box(StringBuilder svg, ArenaView view, ArenaSpan span, int column, string colour)
    {
        int x = Left + (span.First + 1) * column;
        int w = (span.Last - span.First + 1) * column;
        double y = Y(view, span.Offset + span.Bytes);
        double h = Y(view, span.Offset) - y;
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y:0.##}\" width=\"{w}\" height=\"{h:0.##}\" fill=\"{colour}\" fill-opacity=\"0.75\" stroke=\"#ffffff\"><title>{Escape(span.Name)}: {span.Bytes:N0} B at {span.Offset:N0}, steps {span.First} to {span.Last}</title></rect>");
        if (h > 13 && w > 40)
        {
            string name = span.Name.Length * 6 > w - 6 ? span.Name[..Math.Max(1, (w - 6) / 6)] : span.Name;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 3}\" y=\"{y + (h / 2) + 4:0.#}\" fill=\"#111111\">{Escape(name)}</text>");
        }

        svg.Append('\n');
    }

    // Bytes alive over time, as steps.
    private static void Line(StringBuilder svg, ArenaView view, int column)
    {
        StringBuilder points = new();
        for (int i = 0; i < view.AliveBytes.Count; i++)
        {
            double y = Y(view, view.AliveBytes[i]);
            points.Append(CultureInfo.InvariantCulture, $"{Left + i * column},{y:0.#} {Left + (i + 1) * column},{y:0.#} ");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points.ToString().TrimEnd()}\" fill=\"none\" stroke=\"#222222\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"><title>bytes alive</title></polyline>\n");
    }

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
