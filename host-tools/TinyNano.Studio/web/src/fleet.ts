// The overview: counts, filters, and a table that the server cuts into pages, so that ten thousand devices are as quick as ten.
import { get, problemPanel } from "./api.js";
import { announce, card, chip, h } from "./dom.js";
import { ago, count, fixed, milliseconds, none, percent } from "./format.js";
import { driftChip, empty, heading, link, stateChip, updateChip, type Leave } from "./head.js";
import { onFleet } from "./live.js";
import type { DeviceRow, Slice, Summary } from "./types.js";

const pageSize = 50;
const columns: [key: string, title: string, number: boolean][] = [["name", "Device", false], ["state", "State", false], ["model", "Model", false], ["confidence", "Confidence", true], ["latency", "Latency", true], ["drift", "Drift", false], ["", "Alarms", false], ["seen", "Seen", false]];

export async function fleet(main: HTMLElement, query: URLSearchParams): Promise<Leave> {
  const cards = h("div", { class: "cards" });
  const body = h("tbody");
  const header = h("tr");
  const pager = h("div", { class: "pager" });
  const problems = h("div");
  const search = h("input", { type: "search", id: "search", placeholder: "Name of a device", value: query.get("search") ?? "", autocomplete: "off" });
  const choices: [string, string, [string, string][]][] = [
    ["online", "Connection", [["", "any"], ["yes", "online"], ["no", "offline"]]],
    ["state", "State", [["", "any"], ["running", "running"], ["failed", "failed"], ["no_model", "no model"], ["no_sensor", "no sensor"], ["sleeping", "sleeping"]]],
    ["drift", "Drift", [["", "any"], ["drift", "drift"], ["watch", "watch"], ["normal", "normal"], ["unknown", "not known"]]]];
  const selects = choices.map(([name, label, options]) => select(name, label, options));
  const model = select("model", "Model", [["", "any"]]);
  const group = select("group", "Group", [["", "any"]]);
  const alarms = h("input", { type: "checkbox", checked: query.get("alarms") === "yes" });
  alarms.addEventListener("change", () => change("alarms", alarms.checked ? "yes" : ""));
  const rows = new Map<string, HTMLTableRowElement>();
  let asked = 0;

  main.replaceChildren(
    heading("Fleet", "Every device behind the broker, as its last message left it."), cards, problems,
    h("section", { class: "panel", "aria-label": "Devices" },
      h("form", { class: "filters", role: "search", onsubmit: (e: Event) => e.preventDefault() },
        h("label", { class: "grow" }, "Search", search), ...selects, model, group, h("label", { class: "check" }, alarms, "with alarms")),
      h("div", { class: "scroll" }, h("table", {}, h("thead", {}, header), body)), pager));
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change("search", search.value.trim()), 200);
  });

  function select(name: string, label: string, options: [string, string][]): HTMLLabelElement {
    const box = h("select", { name }, options.map(([value, text]) => h("option", { value, selected: query.get(name) === value }, text)));
    box.addEventListener("change", () => change(name, box.value));
    return h("label", {}, label, box);
  }

  function change(name: string, value: string): void {
    if (value) { query.set(name, value); } else { query.delete(name); }
    if (name !== "offset") { query.delete("offset"); }
    history.replaceState(null, "", query.size > 0 ? `/?${query}` : "/");
    void load(true);
  }

  function sort(key: string): void {
    const same = (query.get("sort") ?? "name") === key;
    query.set("sort", key);
    if (same && query.get("order") !== "down") { query.set("order", "down"); } else { query.delete("order"); }
    change("offset", "");
  }

  function drawHeader(): void {
    const sorted = query.get("sort") ?? "name";
    header.replaceChildren(...columns.map(([key, title, number]) => {
      const direction = key && key === sorted ? (query.get("order") === "down" ? "descending" : "ascending") : null;
      return h("th", { scope: "col", class: number ? "number" : "", "aria-sort": direction }, key ? h("button", { type: "button", "data-key": key, onclick: () => sort(key) }, title) : title);
    }));
  }

  async function load(say: boolean): Promise<void> {
    const mine = ++asked;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["key"] : undefined;
    drawHeader();
    if (focused) { header.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus(); }
    try {
      const slice = await get<Slice<DeviceRow>>("/api/devices", { ...Object.fromEntries(query), limit: pageSize });
      if (mine !== asked) { return; }
      problems.replaceChildren();
      rows.clear();
      body.replaceChildren(...slice.items.map((r) => {
        const row = line(r);
        rows.set(r.name, row);
        return row;
      }));
      if (slice.items.length === 0) {
        body.append(h("tr", {}, h("td", { colspan: columns.length }, query.size > 0
          ? empty("No device fits", "Loosen the search or the filters.", h("a", { class: "button", href: "/" }, "Show all devices"))
          : empty("No device has reported yet", "Point a device, or `tinynano device run --mqtt`, at the broker of this fleet. It appears here with its first message."))));
      }
      drawPager(slice);
      if (say) { announce(`${count(slice.total)} devices`); }
    } catch (e) {
      problems.replaceChildren(problemPanel(e, () => void load(true)));
    }
  }

  function drawPager(slice: Slice<DeviceRow>): void {
    const end = slice.offset + slice.items.length;
    const go = (offset: number): void => { change("offset", offset > 0 ? String(offset) : ""); window.scrollTo({ top: 0 }); };
    pager.replaceChildren(h("span", { class: "muted" }, slice.total === 0 ? "0 devices" : `${count(slice.offset + 1)} to ${count(end)} of ${count(slice.total)} devices`),
      h("span", { class: "end" },
        h("button", { type: "button", disabled: slice.offset === 0, onclick: () => go(Math.max(0, slice.offset - pageSize)) }, "Previous"),
        h("button", { type: "button", disabled: end >= slice.total, onclick: () => go(end) }, "Next")));
  }

  async function summary(): Promise<void> {
    try {
      const all = await get<Summary>("/api/fleet");
      cards.replaceChildren(
        card("Devices", count(all.devices)), card("Online", count(all.online), "", all.devices ? `${percent(all.online / all.devices, 0)} of all` : ""),
        filterCard("With alarms", all.alarms, "/?alarms=yes", all.alarms > 0 ? "bad" : ""), filterCard("Drifting", all.drifting, "/?drift=drift", all.drifting > 0 ? "bad" : "", `${count(all.watched)} to watch`),
        filterCard("Failed", all.failed, "/?state=failed", all.failed > 0 ? "bad" : ""), filterCard("Updating", all.updating, "/rollouts", ""), filterCard("To label", all.samplesToLabel, "/samples", ""));
      fill(model, all.models.map((m) => [`${m.model}@${m.version}`, `${m.model} v${m.version} (${count(m.devices)})`]), "model");
      fill(group, all.groups.map((g) => [g, g]), "group");
    } catch (e) {
      problems.replaceChildren(problemPanel(e, () => void summary()));
    }
  }

  function fill(label: HTMLLabelElement, options: [string, string][], name: string): void {
    const box = label.querySelector("select")!;
    if (document.activeElement !== box) {
      box.replaceChildren(h("option", { value: "" }, "any"), ...options.map(([value, text]) => h("option", { value, selected: query.get(name) === value }, text)));
    }
  }

  const stop = onFleet((changed) => {
    for (const r of changed) {
      const old = rows.get(r.name);
      if (old) {
        [...line(r).cells].forEach((cell, i) => { if (i > 0 && old.cells[i]) { old.cells[i]!.replaceChildren(...cell.childNodes); } });
      }
    }
  });
  const shortcut = (e: KeyboardEvent): void => {
    if (e.key === "/" && !(e.target instanceof HTMLInputElement)) {
      e.preventDefault();
      search.focus();
    }
  };
  document.addEventListener("keydown", shortcut);
  await Promise.all([summary(), load(false)]);
  const repeat = setInterval(() => void summary(), 10_000);
  return () => {
    stop();
    clearInterval(repeat);
    document.removeEventListener("keydown", shortcut);
  };
}

function filterCard(label: string, value: number, href: string, level: string, note = ""): HTMLElement {
  return h("a", { class: `card ${level}`, href }, h("span", {}, label), h("b", {}, count(value)), note ? h("em", {}, note) : null);
}

function line(r: DeviceRow): HTMLTableRowElement {
  return h("tr", {},
    h("td", {}, h("a", { href: link("/device", { name: r.name }), class: "name" }, r.name), h("small", {}, r.group || none)),
    h("td", {}, stateChip(r)),
    h("td", {}, h("span", { class: "two-level" }, r.model ? `${r.model} v${r.modelVersion}` : none, r.update === "confirmed" || r.update === "empty" || r.update === "" ? null : updateChip(r.update))),
    h("td", { class: "number nowrap" }, percent(r.confidence)),
    h("td", { class: "number nowrap" }, milliseconds(r.latencyMicroseconds)),
    h("td", {}, h("span", { class: "two-level" }, driftChip(r.drift), h("span", { class: "muted small" }, r.psi === null ? "" : `PSI ${fixed(r.psi, 2)}`))),
    h("td", {}, r.alarms.length > 0 ? r.alarms.map((a) => chip(a, "bad")) : h("span", { class: "muted" }, none)),
    h("td", { class: "muted nowrap" }, ago(r.lastSeen)));
}
