// Histograms (upright, reference beside live) and shares by name (lying).
import { h, s, width } from "./dom.js";
import { percent } from "./format.js";

const left = 44;
const bottom = 22;
const top = 8;

export interface Bins { label: string; edges: string[]; live: number[]; reference?: number[]; axis?: [string, string] }

// Shares 0 .. 1 by bin. Each bin says its range and shares as a tooltip; the table below says the same to a screen reader.
export function histogram(bins: Bins, height = 180): HTMLElement {
  const place = h("div", { class: "chart" });
  const draw = (): void => {
    const total = Math.max(200, place.clientWidth);
    const most = Math.max(0.05, ...bins.live, ...(bins.reference ?? []));
    const y = (v: number): number => top + (1 - v / most) * (height - top - bottom);
    const step = (total - left - 6) / bins.live.length;
    const svg = s("svg", { height, viewBox: `0 0 ${total} ${height}`, "aria-hidden": "true" });
    for (let i = 0; i <= 2; i++) {
      const v = most * i / 2;
      svg.append(s("line", { class: "grid-line", x1: left, x2: total - 6, y1: y(v), y2: y(v) }), s("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, percent(v, 0)));
    }
    bins.live.forEach((live, i) => {
      const x = left + i * step;
      const reference = bins.reference?.[i];
      const half = reference === undefined ? step * 0.8 : step * 0.4;
      const group = s("g", {}, s("title", {}, `${bins.edges[i] ?? ""}: ${percent(live)}${reference === undefined ? "" : `, reference ${percent(reference)}`}`), s("rect", { x, y: top, width: step, height: height - top - bottom, fill: "transparent" }));
      if (reference !== undefined) {
        group.append(s("rect", { class: "reference", x: x + step * 0.08, y: y(reference), width: half, height: y(0) - y(reference), rx: 1.5 }));
      }
      group.append(s("rect", { class: "live", x: x + (reference === undefined ? step * 0.1 : step * 0.5), y: y(live), width: half, height: y(0) - y(live), rx: 1.5 }));
      svg.append(group);
    });
    const [from, to] = bins.axis ?? [bins.edges[0] ?? "", bins.edges.at(-1) ?? ""];
    svg.append(s("text", { x: left, y: height - 5 }, from), s("text", { x: total - 6, y: height - 5, "text-anchor": "end" }, to));
    place.replaceChildren(svg, table(bins));
  };
  new ResizeObserver(draw).observe(place);
  return place;
}

function table(bins: Bins): HTMLElement {
  return h("table", { class: "visually-hidden" }, h("caption", {}, bins.label),
    h("thead", {}, h("tr", {}, h("th", {}, "bin"), h("th", {}, "device"), bins.reference ? h("th", {}, "reference") : null)),
    h("tbody", {}, bins.live.map((live, i) => h("tr", {}, h("th", { scope: "row" }, bins.edges[i] ?? ""), h("td", {}, percent(live)), bins.reference ? h("td", {}, percent(bins.reference[i])) : null))));
}

// One row a name: bar, share.
export function shares(rows: { name: string; share: number; note?: string }[], caption: string): HTMLElement {
  const most = Math.max(0.0001, ...rows.map((r) => r.share));
  return h("table", { class: "shares" }, h("caption", { class: "visually-hidden" }, caption), h("tbody", {}, rows.map((r) =>
    h("tr", {}, h("th", { scope: "row" }, r.name), h("td", { class: "grow" }, h("span", { class: "meter" }, width(h("span"), r.share / most))), h("td", { class: "number" }, r.note ?? percent(r.share))))));
}
