using System.Globalization;
using System.Text;
using TinyNano.Compiler.Emit;

namespace TinyNano.Fleet.Delta;

/// <summary>A picture of what travels: one square a chunk, coloured by how it travels, and the sections above.</summary>
public static class DiffSvg
{
    private const int Left = 20;
    private const int Top = 86;
    private const int Columns = 64;
    private const int Cell = 16;

    private static readonly (ChunkEncoding Encoding, string Colour, string Text)[] Legend =
    [
        (ChunkEncoding.Raw, "#e15759", "raw"), (ChunkEncoding.Patch, "#edc948", "patch"), (ChunkEncoding.Copies, "#59a14f", "copy of the base"),
    ];

    public static string Draw(BlobDiff diff, Blob blob, string title)
    {
        PartLayout layout = diff.Layout;
        int columns = Math.Min(Columns, layout.Chunks);
        int rows = (layout.Chunks + columns - 1) / columns;
        int width = Math.Max(2 * Left + columns * Cell, 620);
        int height = Top + rows * Cell + 20;
        TravelSize travel = diff.Travel();
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"22\" font-size=\"14\" fill=\"#222222\">{Escape(title)}: {travel.TotalBytes:N0} B travel for {layout.BlobBytes:N0} B</text>\n");
        int x = Left;
        foreach ((ChunkEncoding encoding, string colour, string text) in Legend)
        {
            int count = Enumerable.Range(0, layout.Chunks).Count(i => diff.Encoding(i) == encoding);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"34\" width=\"11\" height=\"11\" fill=\"{colour}\"/><text x=\"{x + 16}\" y=\"44\" fill=\"#222222\">{text}: {count} chunks</text>\n");
            x += 170;
        }

        Sections(svg, blob, width - 2 * Left);
        for (int i = 0; i < layout.Chunks; i++)
        {
            ChunkEncoding encoding = diff.Encoding(i);
            string colour = Legend.First(l => l.Encoding == encoding).Colour;
            int start = i * layout.ChunkBytes;
            string what = string.Join(", ", blob.Sections.Where(s => s.Offset < start + layout.ChunkSize(i) && s.Offset + s.Size > start).Select(s => s.Kind.ToString().ToLowerInvariant()));
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left + i % columns * Cell}\" y=\"{Top + i / columns * Cell}\" width=\"{Cell - 2}\" height=\"{Cell - 2}\" fill=\"{colour}\"><title>chunk {i}, from {start:N0}: {encoding.ToString().ToLowerInvariant()}, {diff.DataBytes(i):N0} B; {what}</title></rect>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Sections(StringBuilder svg, Blob blob, int width)
    {
        for (int i = 0; i < blob.Sections.Count; i++)
        {
            BlobSection s = blob.Sections[i];
            double x = Left + (double)s.Offset * width / blob.Bytes.Length;
            double w = Math.Max(1, (double)s.Size * width / blob.Bytes.Length);
            string kind = s.Kind.ToString().ToLowerInvariant();
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"56\" width=\"{w:0.##}\" height=\"18\" fill=\"{(i % 2 == 0 ? "#4e79a7" : "#76b7b2")}\"><title>{kind}: {s.Size:N0} B at {s.Offset:N0}</title></rect>");
            svg.Append(w > 60 ? string.Create(CultureInfo.InvariantCulture, $"<text x=\"{x + 4:0.##}\" y=\"69\" fill=\"#ffffff\">{kind}</text>\n") : "\n");
        }
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
