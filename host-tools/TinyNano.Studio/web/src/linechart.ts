// A line over time as SVG: grid, axis with units, a cursor by mouse or arrow keys that reads out the value.
import { h, s } from "./dom.js";
import { second } from "./format.js";

export interface Sample { at: number; value: number }
export interface LineOptions { label: string; format: (value: number) => string; height?: number; least?: number; most?: number; limit?: number; limitLabel?: string; time?: (at: number) => string }

const left = 58;
const right = 10;
const top = 8;
const bottom = 24;

export class LineChart {
  readonly element: HTMLElement;
  private readonly place = h("div", { class: "chart", tabindex: "0", role: "img" });
  private readonly readout = h("p", { class: "readout" });
  private data: Sample[] = [];
  private cursor: number | null = null;

  constructor(private readonly options: LineOptions) {
    this.element = h("div", {}, this.readout, this.place);
    this.place.addEventListener("pointermove", (e) => this.point(e.clientX));
    this.place.addEventListener("pointerleave", () => this.choose(null));
    this.place.addEventListener("blur", () => this.choose(null));
    this.place.addEventListener("keydown", (e) => this.key(e));
    new ResizeObserver(() => this.draw()).observe(this.place);
  }

  set(data: Sample[]): void {
    this.data = data;
    this.draw();
  }

  private get width(): number { return Math.max(160, this.place.clientWidth); }
  private get height(): number { return this.options.height ?? 190; }

  private key(e: KeyboardEvent): void {
    const step = e.key === "ArrowLeft" ? -1 : e.key === "ArrowRight" ? 1 : 0;
    if (step !== 0 && this.data.length > 0) {
      e.preventDefault();
      this.choose(Math.min(this.data.length - 1, Math.max(0, (this.cursor ?? this.data.length) + step)));
    }
  }

  private point(clientX: number): void {
    if (this.data.length > 1) {
      const share = (clientX - this.place.getBoundingClientRect().left - left) / (this.width - left - right);
      const at = this.data[0]!.at + share * (this.data.at(-1)!.at - this.data[0]!.at);
      let best = 0;
      this.data.forEach((d, i) => { if (Math.abs(d.at - at) < Math.abs(this.data[best]!.at - at)) { best = i; } });
      this.choose(best);
    }
  }

  private choose(index: number | null): void {
    this.cursor = index;
    this.draw();
  }

  private range(): [low: number, high: number, step: number] {
    const values = this.data.map((d) => d.value).concat(this.options.limit ?? []);
    let low = this.options.least ?? Math.min(...values);
    let high = this.options.most ?? Math.max(...values);
    if (high - low < 1e-9) {
      high = low + Math.max(1e-3, Math.abs(low) * 0.1);
    }
    // Round steps, so that the axis is easy to read: 1, 2 or 5 times a power of ten, three to five of them.
    const power = 10 ** Math.floor(Math.log10((high - low) / 3));
    const step = power * ([1, 2, 5, 10].find((m) => (high - low) / (m * power) <= 4.2) ?? 10);
    low = this.options.least ?? Math.floor(low / step + 1e-9) * step;
    high = this.options.most ?? Math.ceil(high / step - 1e-9) * step;
    return [low, high, step];
  }

  private draw(): void {
    const { label, format } = this.options;
    const when = this.options.time ?? second;
    const last = this.data.at(-1);
    this.place.setAttribute("aria-label", last ? `${label}: ${format(last.value)} at ${when(last.at)}. Arrow keys read out single values.` : `${label}: no data yet`);
    if (!last || !this.data[0]) {
      this.place.replaceChildren(h("p", { class: "note" }, "No messages yet. The chart fills as soon as the device reports."));
      this.readout.textContent = "";
      return;
    }
    const shown = this.data[this.cursor ?? this.data.length - 1] ?? last;
    this.readout.replaceChildren(h("b", {}, format(shown.value)), ` at ${when(shown.at)}`);
    const [low, high, step] = this.range();
    const first = this.data[0].at;
    const x = (at: number): number => left + (at - first) / Math.max(1, last.at - first) * (this.width - left - right);
    const y = (v: number): number => top + (high - v) / (high - low) * (this.height - top - bottom);
    const svg = s("svg", { height: this.height, viewBox: `0 0 ${this.width} ${this.height}`, "aria-hidden": "true" });
    for (let v = low; v <= high + step / 100; v += step) {
      svg.append(s("line", { class: "grid-line", x1: left, x2: this.width - right, y1: y(v), y2: y(v) }), s("text", { x: left - 8, y: y(v) + 4, "text-anchor": "end" }, format(v)));
    }
    const ticks = Math.max(1, Math.min(5, Math.floor((this.width - left) / 130)));
    for (let i = 0; i <= ticks; i++) {
      const at = first + (last.at - first) * i / ticks;
      svg.append(s("text", { x: x(at), y: this.height - 4, "text-anchor": i === 0 ? "start" : i === ticks ? "end" : "middle" }, when(at)));
    }
    const path = this.data.map((d, i) => `${i === 0 ? "M" : "L"}${x(d.at).toFixed(1)} ${y(d.value).toFixed(1)}`).join("");
    svg.append(s("path", { class: "area", d: `${path}L${x(last.at).toFixed(1)} ${y(low).toFixed(1)}L${left} ${y(low).toFixed(1)}Z` }), s("path", { class: "line", d: path }));
    if (this.options.limit !== undefined) {
      svg.append(s("line", { class: "limit", x1: left, x2: this.width - right, y1: y(this.options.limit), y2: y(this.options.limit) }), s("text", { x: left + 6, y: y(this.options.limit) - 5 }, this.options.limitLabel ?? ""));
    }
    if (this.cursor !== null) {
      svg.append(s("line", { class: "cursor", x1: x(shown.at), x2: x(shown.at), y1: top, y2: this.height - bottom }));
    }
    svg.append(s("circle", { class: "dot", cx: x(shown.at), cy: y(shown.value), r: 4.5 }));
    this.place.replaceChildren(svg);
  }
}
