using System.Globalization;
using System.Text;

namespace TinyNano.Simulator.Profiling;

/// <summary>A profile as one HTML page that needs nothing from outside: a bar a layer, the arena over time, the boards.</summary>
public static class ProfileHtml
{
    private const int BarHeight = 22;
    private const int LabelWidth = 250;
    private const int BarWidth = 620;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2733; --paper: #ffffff; --soft: #eef1f5; --bar: #4e79a7; --cycles: #f28e2b; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --paper: #14191f; --soft: #232b34; --bar: #78a5d6; --cycles: #f5b461; } }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; color: var(--ink); background: var(--paper); }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        .cards { display: flex; flex-wrap: wrap; gap: .8rem; } .card { background: var(--soft); border-radius: 8px; padding: .7rem 1rem; min-width: 9rem; }
        .card b { display: block; font-size: 1.25rem; } table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--soft); }
        th:first-child, td:first-child, td.name, th.name { text-align: left; } .scroll { overflow-x: auto; } svg text { fill: var(--ink); } .plan { background: #fff; border-radius: 8px; }
        .plan text { fill: revert-layer; }
        """;

    public static string Write(ModelProfile profile, string arenaSvg)
    {
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Escape(profile.Model)} on {profile.Core}</title><style>{Style}</style></head><body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Escape(profile.Model)} on {profile.Core}</h1>\n<div class=\"cards\">");
        Card(page, "instructions", $"{profile.TotalInstructions:N0}");
        Card(page, "cycles (estimate)", $"{profile.TotalCyclesEstimated:N0}");
        Card(page, "MACs", profile.TotalMacs is long macs ? $"{macs:N0}" : "n/a");
        Card(page, "instructions per MAC", profile.TotalMacs is > 0 ? Invariant($"{(double)profile.TotalInstructions / profile.TotalMacs:0.00}") : "n/a");
        Card(page, "blob", $"{profile.BlobBytes:N0} B");
        Card(page, "arena", $"{profile.ArenaBytes:N0} B");
        Card(page, "stack", $"{profile.StackBytes:N0} B");
        Card(page, "to load", $"{profile.LoadInstructions:N0}");
        page.Append(CultureInfo.InvariantCulture, $"</div>\n<p>Kernels of target {profile.Target}. Instructions are exact counts. Cycles are estimated by {Escape(profile.CycleModel)}; memory without wait states.</p>\n");
        page.Append("<h2>Layers</h2>\n<div class=\"scroll\">").Append(Chart(profile)).Append("</div>\n");
        Layers(page, profile);
        page.Append("<h2>Arena over time</h2>\n<div class=\"scroll plan\">").Append(arenaSvg).Append("</div>\n");
        BoardTable(page, profile);
        return page.Append("</body></html>\n").ToString();
    }

    private static string Chart(ModelProfile profile)
    {
        long most = Math.Max(1, profile.Layers.Max(l => Math.Max(l.Instructions, l.CyclesEstimated)));
        int height = profile.Layers.Count * BarHeight + 30;
        int width = LabelWidth + BarWidth + 140;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"instructions and estimated cycles by layer\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{LabelWidth}\" y=\"4\" width=\"10\" height=\"10\" fill=\"var(--bar)\"/><text x=\"{LabelWidth + 15}\" y=\"13\">instructions</text><rect x=\"{LabelWidth + 110}\" y=\"4\" width=\"10\" height=\"10\" fill=\"var(--cycles)\"/><text x=\"{LabelWidth + 125}\" y=\"13\">cycles (estimate)</text>\n");
        foreach (LayerProfile layer in profile.Layers)
        {
            int y = 24 + layer.Step * BarHeight;
            double instructions = (double)layer.Instructions / most * BarWidth;
            double cycles = (double)layer.CyclesEstimated / most * BarWidth;
            svg.Append(CultureInfo.InvariantCulture, $"<g><title>step {layer.Step} {layer.Operator} ({Escape(layer.Kernel)}) {layer.Output}: {layer.Instructions:N0} instructions, {layer.CyclesEstimated:N0} cycles, {layer.BytesMoved:N0} bytes moved</title>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{y + 13}\" text-anchor=\"end\">{layer.Step} {layer.Operator}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{LabelWidth}\" y=\"{y}\" width=\"{instructions:0.#}\" height=\"9\" fill=\"var(--bar)\"/><rect x=\"{LabelWidth}\" y=\"{y + 9}\" width=\"{cycles:0.#}\" height=\"7\" fill=\"var(--cycles)\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth + Math.Max(instructions, cycles) + 6:0.#}\" y=\"{y + 12}\">{layer.Instructions:N0}{(layer.InstructionsPerMac is double per ? Invariant($"  ({per:0.00}/MAC)") : "")}</text></g>\n");
        }

        return svg.Append("</svg>").ToString();
    }

    private static void Layers(StringBuilder page, ModelProfile profile)
    {
        page.Append("<div class=\"scroll\"><table><thead><tr><th>step</th><th class=\"name\">operator</th><th class=\"name\">kernel</th><th class=\"name\">output</th><th>instructions</th><th>est. cycles</th><th>MACs</th><th>per MAC</th><th>bytes moved</th><th>arena in use</th></tr></thead><tbody>\n");
        foreach (LayerProfile layer in profile.Layers)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{layer.Step}</td><td class=\"name\">{layer.Operator}</td><td class=\"name\">{Escape(layer.Kernel)}</td><td class=\"name\">{layer.Output}</td><td>{layer.Instructions:N0}</td><td>{layer.CyclesEstimated:N0}</td><td>{layer.Macs:N0}</td><td>{layer.InstructionsPerMac:0.00}</td><td>{layer.BytesMoved:N0}</td><td>{layer.ArenaBytesAlive:N0}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void BoardTable(StringBuilder page, ModelProfile profile)
    {
        page.Append("<h2>Boards</h2>\n<div class=\"scroll\"><table><thead><tr><th>board</th><th>RAM</th><th>flash</th><th>latency (estimate)</th><th>energy (estimate)</th></tr></thead><tbody>\n");
        foreach (BoardFit board in profile.Boards)
        {
            string latency = board.LatencyMillisecondsEstimated is double ms ? Invariant($"{ms:0.00} ms") : "not measured on this core";
            string energy = board.EnergyMillijoulesEstimated is double mj ? Invariant($"{mj:0.000} mJ") : "";
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(board.Board)}</td><td>{(board.RamFits ? "fits" : "too small")}</td><td>{(board.FlashFits ? "fits" : "too small")}</td><td>{latency}</td><td>{energy}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n<p>Latency is the estimated cycles at the board's highest clock, energy that time at the data sheet's typical current.</p>\n");
    }

    private static void Card(StringBuilder page, string what, string value) => page.Append(CultureInfo.InvariantCulture, $"<div class=\"card\">{what}<b>{value}</b></div>");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
