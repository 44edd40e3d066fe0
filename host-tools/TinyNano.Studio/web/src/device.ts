// One device: live charts, or its statistics against the reference of its model.
import { get, problemPanel } from "./api.js";
import { histogram, shares, type Bins } from "./barcharts.js";
import { card, chip, h, panel } from "./dom.js";
import { ago, bytes, count, duration, fixed, none, percent, time } from "./format.js";
import { driftChip, empty, heading, link, stateChip, updateChip, type Leave } from "./head.js";
import { LineChart } from "./linechart.js";
import { onDevice } from "./live.js";
import type { DeviceDetail, DeviceRow, DriftView, Point, Signal } from "./types.js";

const kept = 360;
const shown = 180;

export async function device(main: HTMLElement, query: URLSearchParams): Promise<Leave | void> {
  const name = query.get("name") ?? "";
  const detail = await get<DeviceDetail>("/api/device", { name });
  const drift = query.get("view") === "drift";
  const status = h("span", { class: "actions" });
  const body = h("div");
  const tab = (text: string, on: boolean, extra: Record<string, string>): HTMLElement => h("a", { href: link("/device", { name, ...extra }), "aria-current": on ? "page" : null }, text);
  main.replaceChildren(
    heading(name, `${detail.hardware || "unknown hardware"}, firmware ${detail.firmware || none}, group ${detail.row.group || none}`, { href: "/", text: "Fleet" }, status),
    h("nav", { class: "tabs", "aria-label": "Views of the device" }, tab("Live", !drift, {}), tab("Drift", drift, { view: "drift" })), body);
  setStatus(detail.row);
  return drift ? driftView(body, name) : liveView(body, detail, name, setStatus);

  function setStatus(row: DeviceRow): void {
    status.replaceChildren(stateChip(row), ...row.alarms.map((a) => chip(a, "bad")), driftChip(row.drift));
  }
}

async function liveView(body: HTMLElement, detail: DeviceDetail, name: string, setStatus: (row: DeviceRow) => void): Promise<Leave> {
  let points = await get<Point[]>("/api/device/history", { name, count: shown });
  const cards = h("div", { class: "cards" });
  const confidence = new LineChart({ label: "Confidence", format: (v) => percent(v, 0), most: 1 });
  const latency = new LineChart({ label: "Latency", format: (v) => `${v.toFixed(1)} ms`, least: 0 });
  const bins = h("div");
  const classes = h("div");
  body.replaceChildren(cards, h("div", { class: "stack" },
    h("div", { class: "grid two" },
      panel("Confidence", "mean of the largest probability, per message", confidence.element), panel("Latency", "mean of one inference, per message", latency.element)),
    h("div", { class: "grid two" },
      panel("Distribution of confidence", `the last ${shown} messages`, bins), panel("Classes", `the last ${shown} messages`, classes)),
    h("div", { class: "grid two" }, facts(detail), events(detail))));
  let row = detail.row;

  function draw(): void {
    const newest = points.at(-1);
    cards.replaceChildren(
      card("Confidence", percent(newest?.meanConfidence)), card("Latency", newest ? fixed(newest.latencyMicroseconds / 1000, 1) : none, newest ? "ms" : ""),
      card("Free heap", newest ? fixed(newest.freeHeap / 1024, 1) : none, newest ? "KB" : ""), card("Radio", newest?.rssi ? String(newest.rssi) : none, newest?.rssi ? "dBm" : ""),
      card("Restarts", count(row.restarts)), card("Last message", ago(row.lastSeen), "", row.online ? "online" : "offline"));
    confidence.set(points.map((p) => ({ at: p.at, value: p.meanConfidence })));
    latency.set(points.map((p) => ({ at: p.at, value: p.latencyMicroseconds / 1000 })));
    const all = sum(points.map((p) => p.confidence));
    const total = all.reduce((a, b) => a + b, 0);
    bins.replaceChildren(total > 0 ? histogram({ label: "Confidence", edges: all.map((_, i) => `${(i / all.length).toFixed(2)} to ${((i + 1) / all.length).toFixed(2)}`), live: all.map((n) => n / total), axis: ["0", "1"] }, 290) : empty("Nothing to show yet", "Health messages carry these counts."));
    const byClass = sum(points.map((p) => p.classes));
    const inferences = byClass.reduce((a, b) => a + b, 0);
    classes.replaceChildren(inferences > 0 ? shares(byClass.map((n, i) => ({ name: detail.labels[i] ?? `class ${i}`, share: n / inferences })), "Share of inferences by class") : empty("No class yet", "The chart fills with the first health message."));
  }

  draw();
  return onDevice(name, (changed) => {
    row = changed;
    setStatus(changed);
  }, (point) => {
    points = [...points, point].slice(-kept);
    draw();
  });
}

function sum(lists: number[][]): number[] {
  const total: number[] = [];
  for (const list of lists) {
    list.forEach((n, i) => { total[i] = (total[i] ?? 0) + n; });
  }
  return total;
}

function facts(d: DeviceDetail): HTMLElement {
  const rows: [string, Node | string][] = [
    ["Model", d.modelId ? h("a", { href: link("/model", { id: d.modelId }) }, `${d.row.model} v${d.row.modelVersion}`) : none],
    ["Blob", d.modelBytes ? bytes(d.modelBytes) : none], ["Arena", d.arenaBytes ? bytes(d.arenaBytes) : none], ["Engine", d.engine], ["Running for", duration(d.uptimeSeconds)],
    ["Inferences", count(d.inferences)], ["Messages dropped", count(d.droppedMessages)],
    ["Update", h("span", {}, updateChip(d.progress.state), d.progress.rollout ? h("a", { href: link("/rollout", { id: d.progress.rollout }) }, ` rollout ${d.progress.rollout}`) : null)],
    ["Parts stored", d.progress.parts ? `${d.progress.partsStored} of ${d.progress.parts}` : none]];
  if (d.progress.status !== 0) {
    rows.push(["Status", `${d.progress.status}: ${d.progress.explanation}`]);
  }
  return panel("About", "", h("dl", { class: "facts" }, rows.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)])));
}

function events(d: DeviceDetail): HTMLElement {
  return panel("What happened", "newest first", d.events.length === 0 ? empty("Nothing yet", "State changes and alarms appear here.")
    : h("ul", { class: "events" }, d.events.map((e) => h("li", { class: e.level }, h("div", {}, e.text, h("time", { datetime: new Date(e.at).toISOString() }, time(e.at)))))));
}

async function driftView(body: HTMLElement, name: string): Promise<void> {
  let view: DriftView;
  try {
    view = await get<DriftView>("/api/device/drift", { name });
  } catch (e) {
    body.replaceChildren(problemPanel(e));
    return;
  }
  if (view.signals.length === 0) {
    body.replaceChildren(h("div", { class: "panel" }, empty("Nothing to compare yet", "Drift needs a model with reference histograms (compile it with --samples) and a few hundred inferences from the device.")));
    return;
  }
  const worst = [...view.signals].sort((a, b) => b.psi / b.psiThreshold - a.psi / a.psiThreshold)[0]!;
  const trend = new LineChart({ label: "Largest index over its threshold", format: (v) => v.toFixed(2), least: 0, limit: 1, limitLabel: "threshold", height: 160, time });
  trend.set(view.history.map((p) => ({ at: p.at, value: p.ratio })));
  body.replaceChildren(
    h("div", { class: "cards" }, card("Worst signal", fixed(worst.psi, 2), "PSI", worst.name, worst.level === "drift" ? "bad" : worst.level === "watch" ? "warn" : ""),
      card("Threshold", fixed(worst.psiThreshold, 2), "PSI"), card("Compared", count(view.samples), "inferences", "of this device"), card("Reference", count(view.referenceSamples), "inferences", "when the model was compiled")),
    h("div", { class: "stack" }, panel("Over time", "largest index of all signals, in units of its threshold", trend.element),
      h("div", { class: "grid two" }, view.signals.map(signal))));
}

function signal(one: Signal): HTMLElement {
  const bins: Bins = { label: one.name, edges: one.edges, live: one.live, reference: one.reference };
  return h("section", { class: "panel", "aria-label": one.name },
    h("header", {}, h("h2", {}, one.name), h("span", { class: "muted" }, `PSI ${fixed(one.psi, 2)} of ${fixed(one.psiThreshold, 2)}${one.ksThreshold > 0 ? `, KS ${fixed(one.ks, 2)} of ${fixed(one.ksThreshold, 2)}` : ""}`), h("span", { class: "end" }, driftChip(one.level))),
    h("div", { class: "body" }, histogram(bins, 170), h("div", { class: "legend" }, h("span", { class: "ref" }, "reference"), h("span", {}, "this device"))));
}
