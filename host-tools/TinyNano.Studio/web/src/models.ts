// Models: the list, and one with its layers, memory plan, profile and accuracy.
import { get, post, problemPanel } from "./api.js";
import { card, h, s, width } from "./dom.js";
import { bytes, count, fixed, none, percent, some } from "./format.js";
import { empty, heading, link } from "./head.js";
import type { Accuracy, Model, ModelRow, Profile, Report } from "./types.js";

export async function models(main: HTMLElement): Promise<void> {
  const rows = await get<ModelRow[]>("/api/models");
  main.replaceChildren(heading("Models", "What devices run and what has been published."), h("div", { class: "panel" }, rows.length === 0
    ? empty("No model yet", "Models appear when a device reports one, or when `tinynano push` publishes one.")
    : h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Model"), h("th", { scope: "col" }, "Target"), ["Blob", "Arena", "Devices"].map((t) => h("th", { scope: "col", class: "number" }, t)))),
      h("tbody", {}, rows.map((m) => h("tr", {}, h("td", {}, h("a", { href: link("/model", { id: m.id }) }, `${m.name} v${m.version}`), h("small", {}, `crc ${m.id}`)), h("td", {}, m.target),
        h("td", { class: "number" }, bytes(m.blobBytes)), h("td", { class: "number" }, bytes(m.arenaBytes)), h("td", { class: "number" }, count(m.devices)))))))));
}

export async function model(main: HTMLElement, query: URLSearchParams): Promise<void> {
  const id = query.get("id") ?? "";
  const data = await get<Model>("/api/model", { id });
  const report = data.report;
  const title = heading(`${data.row.name} v${data.row.version}`, `crc ${id}, on ${some(data.row.devices, "device")}`, { href: "/models", text: "Models" },
    h("div", { class: "actions" }, report ? h("a", { class: "button", href: link("/api/model/blob", { id }), download: `${id}.tnb` }, "Download blob") : ""));
  if (!report) {
    main.replaceChildren(title, h("div", { class: "panel" }, empty("The blob is not here", "Devices report this model, but it was not published from this fleet. `tinynano push` keeps the blob, and then its layers, plan and profile appear here.")));
    return;
  }
  main.replaceChildren(title, h("div", { class: "cards" },
    card("Blob", bytes(report.blobBytes)), card("Arena", bytes(report.arenaBytes), "", report.lowerBound === report.arenaBytes ? "as small as can be" : `at least ${bytes(report.lowerBound)}`), card("Constants", bytes(report.constantBytes)),
    card("Steps", count(report.layers.length)), card("Golden vectors", count(report.goldenVectors)), card("Target", report.target)),
  h("div", { class: "stack" }, h("div", { class: "grid two" }, accuracyPanel(id, report, data.accuracy), profilePanel(id, data)), arenaPanel(id, report), layersPanel(report)));
}

function layersPanel(report: Report): HTMLElement {
  const most = Math.max(1, ...report.layers.map((l) => l.arenaBytes));
  return h("section", { class: "panel", "aria-label": "Layers" }, h("header", {}, h("h2", {}, "Layers"), h("span", { class: "muted" }, [...report.inputs.map((i) => `input ${i.type}[${i.shape.join("x")}]`), ...report.outputs.map((o) => `output ${o.type}[${o.shape.join("x")}]`)].join(", "))),
    h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Step"), ["Kernel", "Input", "Output"].map((t) => h("th", { scope: "col" }, t)), h("th", { scope: "col", class: "number" }, "Constants"), h("th", { scope: "col" }, "Arena in use"))),
      h("tbody", {}, report.layers.map((l) => h("tr", {}, h("td", {}, `${l.step}  ${l.operator}`), h("td", { class: "muted" }, l.kernel), h("td", {}, l.input), h("td", {}, l.output), h("td", { class: "number" }, l.constantBytes ? bytes(l.constantBytes) : none),
        h("td", {}, bytes(l.arenaBytes), h("span", { class: "meter" }, width(h("span"), l.arenaBytes / most)))))))));
}

// Steps from left to right, bytes from bottom to top, a box a buffer.
function arenaPanel(id: string, report: Report): HTMLElement {
  const place = h("div", { class: "chart arena" });
  const left = 70;
  const height = 260;
  const columns = report.layers.length + 2;
  const draw = (): void => {
    const total = Math.max(360, place.clientWidth);
    const step = (total - left - 4) / columns;
    const y = (b: number): number => 6 + (1 - b / Math.max(1, report.arenaBytes)) * (height - 34);
    const svg = s("svg", { height, viewBox: `0 0 ${total} ${height}`, role: "img", "aria-label": `Arena of ${count(report.arenaBytes)} bytes over ${report.layers.length} steps` });
    for (let i = 0; i <= 4; i++) {
      const b = report.arenaBytes * i / 4;
      svg.append(s("line", { class: "grid-line", x1: left, x2: total, y1: y(b), y2: y(b) }), s("text", { x: left - 8, y: y(b) + 4, "text-anchor": "end" }, bytes(Math.round(b))));
    }
    for (const [i, span] of report.arena.entries()) {
      const x = left + (span.first + 1) * step;
      const w = (span.last - span.first + 1) * step;
      const top = y(span.offset + span.bytes);
      const tall = y(span.offset) - top;
      svg.append(s("g", {}, s("title", {}, `${span.name}: ${count(span.bytes)} B at ${count(span.offset)}, steps ${span.first} to ${span.last}`),
        s("rect", { class: `box box${i % 5}`, x: x + 0.5, y: top, width: Math.max(1, w - 1), height: Math.max(1, tall), rx: 2 }), w > 60 && tall > 15 ? s("text", { class: "value", x: x + 6, y: top + tall / 2 + 4 }, span.name.slice(0, Math.floor((w - 10) / 7))) : ""));
    }
    const path = report.aliveBytes.map((b, i) => `${i === 0 ? "M" : "L"}${(left + i * step).toFixed(1)} ${y(b).toFixed(1)}H${(left + (i + 1) * step).toFixed(1)}`).join("");
    svg.append(s("path", { class: "alive", d: path }));
    for (let i = 0; i < report.layers.length; i++) {
      if (i % Math.max(1, Math.ceil(22 / step)) === 0) {
        svg.append(s("text", { x: left + (i + 1.5) * step, y: height - 8, "text-anchor": "middle" }, String(i)));
      }
    }
    place.replaceChildren(svg);
  };
  new ResizeObserver(draw).observe(place);
  return h("section", { class: "panel", "aria-label": "Arena" }, h("header", {}, h("h2", {}, "Arena over time"), h("span", { class: "muted" }, "boxes are buffers, the dashed line is the bytes alive, numbers below are steps"),
    h("a", { class: "end", href: link("/api/model/plan.svg", { id }), download: `${id}-plan.svg` }, "Download as SVG")), h("div", { class: "body" }, place));
}

function profilePanel(id: string, data: Model): HTMLElement {
  const core = h("select", { "aria-label": "Core" }, data.cores.map((c) => h("option", {}, c)));
  const result = h("div", { class: "stack" });
  const button = h("button", { type: "button", onclick: () => void run() }, "Profile");
  const show = (p: Profile): HTMLElement => {
    const most = Math.max(1, ...p.layers.map((l) => l.instructions));
    return h("div", { class: "stack" }, h("p", {}, h("b", {}, count(p.totalInstructions)), ` instructions on ${p.core}, about ${count(p.totalCyclesEstimated)} cycles, ${p.totalMacs ? `${fixed(p.totalInstructions / p.totalMacs, 2)} instructions per MAC, ` : ""}stack ${bytes(p.stackBytes)}`),
      h("table", { class: "shares" }, h("caption", { class: "visually-hidden" }, `Instructions by layer on ${p.core}`), h("tbody", {}, p.layers.map((l) => h("tr", {}, h("th", { scope: "row" }, `${l.step} ${l.operator}`), h("td", { class: "grow" }, h("span", { class: "meter" }, width(h("span"), l.instructions / most))), h("td", { class: "number" }, count(l.instructions)))))),
      h("p", { class: "small muted" }, p.boards.map((b) => `${b.board}: ${b.ramFits && b.flashFits ? b.latencyMillisecondsEstimated === null ? "fits" : `${fixed(b.latencyMillisecondsEstimated, 1)} ms` : "does not fit"}`).join("; ")));
  };
  async function run(): Promise<void> {
    button.disabled = true;
    button.textContent = "Counting";
    try {
      result.replaceChildren(show(await post<Profile>("/api/model/profile", { id, core: core.value })));
    } catch (e) {
      result.replaceChildren(problemPanel(e));
    }
    button.disabled = false;
    button.textContent = "Profile";
  }
  result.replaceChildren(...(data.profiles.length > 0 ? data.profiles.map(show) : [empty("Not profiled yet", "Choose a core and press Profile: an emulator counts the instructions of every layer.")]));
  return h("section", { class: "panel", "aria-label": "Profile" }, h("header", {}, h("h2", {}, "Profile"), h("span", { class: "end actions" }, core, button)), h("div", { class: "body" }, result));
}

function accuracyPanel(id: string, report: Report, known: Accuracy | null): HTMLElement {
  const result = h("div", { class: "stack" });
  const button = h("button", { type: "button", onclick: () => void run() }, "Evaluate");
  async function run(): Promise<void> {
    button.disabled = true;
    try {
      result.replaceChildren(confusion(report, await post<Accuracy>("/api/model/accuracy", { id })));
    } catch (e) {
      result.replaceChildren(problemPanel(e));
    }
    button.disabled = false;
  }
  result.replaceChildren(known ? confusion(report, known) : empty("Not evaluated yet", "Press Evaluate: the labelled records run through the real kernels on this computer."));
  return h("section", { class: "panel", "aria-label": "Accuracy" }, h("header", {}, h("h2", {}, "Accuracy"), h("span", { class: "end" }, button)), h("div", { class: "body" }, result));
}

function confusion(report: Report, a: Accuracy): HTMLElement {
  const name = (i: number): string => report.labels[i] ?? String(i);
  return h("div", { class: "stack" }, h("p", {}, h("b", {}, percent(a.accuracy)), ` of ${a.set}`),
    h("div", { class: "scroll" }, h("table", { class: "confusion" }, h("caption", { class: "visually-hidden" }, "Confusion: rows are what it is, columns what the model says"),
      h("thead", {}, h("tr", {}, h("th", {}, ""), a.confusion.map((_, i) => h("th", { scope: "col", title: name(i) }, String(i))))),
      h("tbody", {}, a.confusion.map((row, i) => h("tr", {}, h("th", { scope: "row" }, `${name(i)} ${i}`), row.map((n, j) => {
        const total = Math.max(1, row.reduce((x, y) => x + y, 0));
        return h("td", { class: n === 0 ? "muted" : i === j ? `right heat${heat(n / total)}` : `wrong heat${heat(n / total)}`, title: `${name(i)} taken for ${name(j)}: ${n}` }, n === 0 ? "" : String(n));
      })))))));
}

function heat(share: number): number {
  return share > 0.6 ? 4 : share > 0.25 ? 3 : share > 0.08 ? 2 : 1;
}
