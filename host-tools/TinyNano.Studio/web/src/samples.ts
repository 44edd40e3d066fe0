// Samples that devices were unsure of: look, press the number of the class, go on. Export gives files for the command line.
import { binary, get, post, Problem, problemPanel } from "./api.js";
import { announce, chip, h, s } from "./dom.js";
import { ago, count, percent, some } from "./format.js";
import { empty, heading, link, type Leave } from "./head.js";
import { onSamples } from "./live.js";
import type { Model, ModelRow, Sample, Slice } from "./types.js";

const pageSize = 48;

export async function samples(main: HTMLElement, query: URLSearchParams): Promise<Leave> {
  const models = await get<ModelRow[]>("/api/models");
  const labels = new Map<string, string[]>();
  const grid = h("div", { class: "samples" });
  const classes = h("div", { class: "classes", role: "group", "aria-label": "Classes" });
  const status = h("p", { class: "muted small" });
  const problems = h("div");
  const pager = h("div", { class: "pager" });
  const show = h("select", {}, [["no", "without a label"], ["yes", "with a label"], ["", "all"]].map(([value, text]) => h("option", { value, selected: (query.get("labelled") ?? "no") === value }, text!)));
  const device = h("input", { type: "search", placeholder: "Name of a device", value: query.get("device") ?? "", autocomplete: "off" });
  const exports = h("div", { class: "actions" });
  let items: Sample[] = [];
  let chosen = 0;
  let offset = 0;

  main.replaceChildren(heading("Samples", "Inputs that devices were unsure of. Labels make them training and calibration data.", undefined, exports), problems,
    h("section", { class: "panel", "aria-label": "Samples" },
      h("form", { class: "filters", onsubmit: (e: Event) => e.preventDefault() }, h("label", {}, "Show", show), h("label", { class: "grow" }, "Device", device)),
      classes, grid, pager), status);
  show.addEventListener("change", () => void load(0));
  device.addEventListener("input", () => void load(0));
  grid.addEventListener("keydown", (e) => keys(e));

  async function names(model: string): Promise<string[]> {
    if (!labels.has(model)) {
      const found = await get<Model>("/api/model", { id: model }).catch(() => null);
      labels.set(model, found?.report?.labels ?? []);
    }
    return labels.get(model)!;
  }

  async function load(from: number): Promise<void> {
    try {
      offset = from;
      const slice = await get<Slice<Sample>>("/api/samples", { labelled: show.value, device: device.value.trim(), offset, limit: pageSize });
      items = slice.items;
      await Promise.all([...new Set(items.map((i) => i.model))].map(names));
      problems.replaceChildren();
      chosen = Math.min(chosen, Math.max(0, items.length - 1));
      draw(false);
      const end = slice.offset + items.length;
      pager.replaceChildren(h("span", { class: "muted" }, slice.total === 0 ? "0 samples" : `${count(slice.offset + 1)} to ${count(end)} of ${count(slice.total)} samples`),
        h("span", { class: "end" }, h("button", { type: "button", disabled: slice.offset === 0, onclick: () => void load(Math.max(0, offset - pageSize)) }, "Previous"), h("button", { type: "button", disabled: end >= slice.total, onclick: () => void load(end) }, "Next")));
    } catch (e) {
      problems.replaceChildren(problemPanel(e, () => void load(from)));
    }
  }

  function draw(focus: boolean): void {
    grid.replaceChildren(...(items.length === 0 ? [show.value === "no"
      ? empty("Nothing to label", "Devices send uncertain inputs when their settings allow it (sampling in the settings, with a budget of bytes a day).")
      : empty("No sample here", "Choose another filter.")] : items.map(tile)));
    classes.replaceChildren(...(items[chosen] ? (labels.get(items[chosen]!.model) ?? []).map((name, i) => h("button", { type: "button", onclick: () => void label(i) }, i < 10 ? h("kbd", {}, String(i)) : null, name)) : []),
      items[chosen] ? h("button", { type: "button", onclick: () => void label(null) }, h("kbd", {}, "Del"), "no label") : "");
    if (focus) { (grid.children[chosen] as HTMLElement | undefined)?.focus(); }
  }

  function choose(index: number, focus: boolean): void {
    [...grid.children].forEach((t, i) => { t.setAttribute("aria-pressed", String(i === index)); t.setAttribute("tabindex", i === index ? "0" : "-1"); });
    chosen = index;
    if (focus) { (grid.children[index] as HTMLElement | undefined)?.focus(); }
  }

  function tile(sample: Sample, i: number): HTMLElement {
    const known = labels.get(sample.model) ?? [];
    const name = (c: number): string => known[c] ?? `class ${c}`;
    return h("button", { type: "button", class: "sample", "data-id": sample.id, "aria-pressed": String(i === chosen), tabindex: i === chosen ? "0" : "-1", onclick: () => choose(i, true), "aria-label": `Sample ${sample.id} of ${sample.device}: ${name(sample.predicted)}, ${percent(sample.confidence, 0)}${sample.label === null ? ", no label" : `, labelled ${name(sample.label)}`}` },
      picture(sample), h("span", {}, h("b", {}, name(sample.predicted)), ` ${percent(sample.confidence, 0)}`), sample.label === null ? null : chip(name(sample.label), sample.label === sample.predicted ? "good" : "warn"), h("small", {}, sample.device, h("br"), ago(sample.at)));
  }

  function keys(e: KeyboardEvent): void {
    const across = Math.max(1, getComputedStyle(grid).gridTemplateColumns.split(" ").length);
    const step = ({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across } as Record<string, number>)[e.key];
    if (step !== undefined && items[chosen + step]) {
      e.preventDefault();
      choose(chosen + step, true);
    } else if (/^[0-9]$/.test(e.key) && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      void label(Number(e.key));
    } else if (e.key === "Delete") {
      void label(null);
    }
  }

  async function label(value: number | null): Promise<void> {
    const sample = items[chosen];
    const known = sample ? labels.get(sample.model) ?? [] : [];
    if (!sample || (value !== null && value >= known.length)) { return; }
    try {
      await post("/api/sample/label", { id: sample.id, label: value });
      sample.label = value;
      announce(value === null ? `Sample ${sample.id} has no label` : `Sample ${sample.id} labelled ${known[value]}`);
      if (show.value === "no" && value !== null) {
        items = items.filter((i) => i !== sample);
        chosen = Math.min(chosen, Math.max(0, items.length - 1));
      } else {
        chosen = Math.min(chosen + 1, items.length - 1);
      }
      draw(true);
      drawExports();
      if (items.length === 0) { await load(0); }
    } catch (e) {
      problems.replaceChildren(h("p", { class: "error", role: "alert" }, e instanceof Problem ? `${e.message} ${e.hint}` : "The label was not kept. Try again."));
    }
  }

  function drawExports(): void {
    void Promise.all(models.map(async (m) => ({ m, labelled: (await get<Slice<Sample>>("/api/samples", { labelled: "yes", model: m.id, limit: 1 })).total }))).then((all) => {
      const ready = all.filter((a) => a.labelled > 0);
      exports.replaceChildren(...(ready.length === 0 ? [h("span", { class: "muted small" }, "Label some, then export them here.")]
        : ready.map(({ m, labelled }) => h("a", { class: "button", "data-export": m.id, href: link("/api/samples/export", { model: m.id }), download: `samples-${m.id}.zip` }, `Export ${some(labelled, "label")} of ${m.name} v${m.version}`))));
    }).catch(() => undefined);
  }

  drawExports();
  await load(0);
  const stop = onSamples(() => { if (document.activeElement === document.body) { void load(offset); } });
  return () => stop();
}

// An image where the shape is one, a curve otherwise.
function picture(sample: Sample): Node {
  const dims = sample.shape.length > 1 ? sample.shape.slice(1) : sample.shape;
  // Channels come last or, in models that keep the order of ONNX, first.
  const planes = dims.length === 3 && (dims[0] === 1 || dims[0] === 3) && (dims[1] ?? 0) >= 8 && (dims[2] ?? 0) >= 8;
  const [rows, columns, channels] = planes ? [dims[1]!, dims[2]!, dims[0]!] : dims.length === 2 ? [dims[0]!, dims[1]!, 1] : [dims[0] ?? 1, dims[1] ?? 1, dims[2] ?? 1];
  const isImage = dims.length >= 2 && (channels === 1 || channels === 3) && rows >= 8 && columns >= 8 && (sample.type === "int8" || sample.type === "uint8");
  if (isImage) {
    const canvas = h("canvas", { width: columns, height: rows, "aria-hidden": "true" });
    void binary("/api/sample/bytes", { id: sample.id }).then((buffer) => paint(canvas, new Uint8Array(buffer), channels, planes, sample.type === "int8" ? 128 : 0)).catch(() => undefined);
    return canvas;
  }
  const place = h("div", { class: "chart", "aria-hidden": "true" });
  void binary("/api/sample/bytes", { id: sample.id }).then((buffer) => place.replaceChildren(curve(values(buffer, sample.type)))).catch(() => undefined);
  return place;
}

function paint(canvas: HTMLCanvasElement, bytes: Uint8Array, channels: number, planes: boolean, shift: number): void {
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = canvas.width * canvas.height;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) {
      const channel = channels === 3 ? c : 0;
      image.data[i * 4 + c] = ((bytes[planes ? channel * pixels + i : i * channels + channel] ?? 0) + shift) & 255;
    }
    image.data[i * 4 + 3] = 255;
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

function values(buffer: ArrayBuffer, type: string): number[] {
  return type === "float32" ? [...new Float32Array(buffer)] : type === "int16" ? [...new Int16Array(buffer)] : type === "int8" ? [...new Int8Array(buffer)] : [...new Uint8Array(buffer)];
}

function curve(all: number[]): SVGElement {
  const low = Math.min(...all);
  const high = Math.max(...all, low + 1e-9);
  const path = all.map((v, i) => `${i === 0 ? "M" : "L"}${(i / Math.max(1, all.length - 1) * 100).toFixed(1)} ${(95 - (v - low) / (high - low) * 90).toFixed(1)}`).join("");
  return s("svg", { viewBox: "0 0 100 100" }, s("path", { class: "line", d: path }));
}
