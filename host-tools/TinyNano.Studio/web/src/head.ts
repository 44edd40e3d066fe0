// What every page begins with: a heading that takes the focus, and parts that stand for a state.
import { announce, chip, h } from "./dom.js";
import type { DeviceRow, Level } from "./types.js";

export type Leave = () => void;
export type View = (main: HTMLElement, query: URLSearchParams) => Promise<Leave | void>;

export function heading(title: string, note: string | Node, back?: { href: string; text: string }, ...end: Node[]): HTMLElement {
  document.title = `${title} - TinyNano studio`;
  announce(title);
  return h("div", { class: "page-head" },
    h("div", {}, back ? h("div", { class: "crumb" }, h("a", { href: back.href }, back.text)) : null, h("h1", { tabindex: "-1" }, title), note ? h("p", {}, note) : null), ...end);
}

export function link(path: string, query: Record<string, string | number>): string {
  return `${path}?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`;
}

export function stateChip(row: DeviceRow): HTMLElement {
  if (!row.online) {
    return chip(row.state === "sleeping" ? "sleeping" : "offline", "");
  }
  return chip(row.state.replaceAll("_", " "), row.state === "running" ? "good" : row.state === "failed" || row.state === "no_model" ? "bad" : "warn");
}

export function driftChip(level: Level): HTMLElement {
  return chip(level === "unknown" ? "not known" : level, level === "drift" ? "bad" : level === "watch" ? "warn" : level === "normal" ? "good" : "");
}

export function rolloutChip(state: string): HTMLElement {
  return chip(state, state === "running" ? "info" : state === "complete" ? "good" : state === "paused" ? "warn" : "bad");
}

export function updateChip(state: string): HTMLElement {
  return chip(state, state === "confirmed" ? "good" : state === "refused" || state === "reverted" ? "bad" : state === "empty" ? "" : "info");
}

export function empty(title: string, text: string, ...more: Node[]): HTMLElement {
  return h("div", { class: "note" }, h("h2", {}, title), h("p", {}, text), ...more);
}
