// Rollouts: the list, and one with its stages, gates, audit trail and the buttons that stop it.
import { get, post, Problem, problemPanel } from "./api.js";
import { announce, chip, h, panel, width } from "./dom.js";
import { count, none, some, time } from "./format.js";
import { empty, heading, link, rolloutChip, type Leave } from "./head.js";
import { onRollout } from "./live.js";
import type { Action, Gate, Rollout, RolloutRow, Stage } from "./types.js";

export async function rollouts(main: HTMLElement): Promise<Leave> {
  const body = h("div", { class: "panel" });
  main.replaceChildren(heading("Rollouts", "A model goes to a few devices first; gates decide whether more follow."), body);
  const load = async (): Promise<void> => {
    const rows = await get<RolloutRow[]>("/api/rollouts");
    body.replaceChildren(rows.length === 0
      ? empty("No rollout yet", "Start one with `tinynano push` and its stages, such as 1%, 10%, 100%. It appears here at once.")
      : h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ["Rollout", "State", "Stage", "Confirmed", "Failed", "Started"].map((t) => h("th", { scope: "col" }, t)))), h("tbody", {}, rows.map(line)))));
  };
  await load();
  return onRollout(() => void load().catch(() => undefined));
}

function line(r: RolloutRow): HTMLElement {
  return h("tr", {},
    h("td", {}, h("a", { href: link("/rollout", { id: r.id }) }, `${r.model} v${r.modelVersion}`), h("small", {}, `number ${r.id}, by ${r.createdBy}`)),
    h("td", {}, rolloutChip(r.state), r.reason ? h("small", {}, r.reason) : null),
    h("td", {}, `${Math.min(r.stage + 1, r.stages)} of ${r.stages}`),
    h("td", {}, `${count(r.confirmed)} of ${count(r.devices)}`, h("span", { class: "meter" }, width(h("span"), r.confirmed / Math.max(1, r.devices)))),
    h("td", {}, r.failed > 0 ? chip(count(r.failed), "bad") : "0"), h("td", { class: "muted" }, time(r.created)));
}

export async function rollout(main: HTMLElement, query: URLSearchParams): Promise<Leave> {
  const id = Number(query.get("id"));
  const buttons = h("div", { class: "actions" });
  const state = h("span");
  const body = h("div", { class: "stack" });
  const first = await get<Rollout>("/api/rollout", { id });
  main.replaceChildren(heading(`${first.row.model} v${first.row.modelVersion}`, h("span", {}, `Rollout ${id} by ${first.row.createdBy}, since ${time(first.row.created)} `, state), { href: "/rollouts", text: "Rollouts" }, buttons), body);
  draw(first);

  function draw(r: Rollout): void {
    state.replaceChildren(rolloutChip(r.row.state));
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["action"] : undefined;
    buttons.replaceChildren(...r.actions.map((a) => h("button", { type: "button", "data-action": a, class: a === "revert" ? "danger" : a === "resume" ? "primary" : "", onclick: () => confirm(r, a) }, label(a))));
    if (focused) { (buttons.querySelector<HTMLElement>(`[data-action="${focused}"]`) ?? buttons.querySelector("button"))?.focus(); }
    body.replaceChildren(
      r.row.reason ? h("p", { class: r.row.state === "paused" ? "panel problem" : "error" }, r.row.reason) : "",
      panel("Stages", `${count(r.row.confirmed)} of ${some(r.row.devices, "device")} confirmed`, h("ol", { class: "stages" }, r.stages.map(stage))),
      panel("Gates", "all must pass before the next stage starts", gates(r.gates)),
      panel("Audit trail", "newest first", h("ul", { class: "events" }, r.audit.map((a) => h("li", {}, h("div", {}, h("b", {}, a.who), ` ${a.what}`, a.detail ? `: ${a.detail}` : "", h("time", { datetime: new Date(a.at).toISOString() }, time(a.at))))))));
  }

  async function load(): Promise<void> {
    draw(await get<Rollout>("/api/rollout", { id }));
  }

  function confirm(r: Rollout, action: Action): void {
    const reason = h("textarea", { name: "reason", rows: 2, maxlength: 200, required: action === "revert" });
    const wrong = h("div");
    const dialog = h("dialog", { "aria-labelledby": "ask" }, h("form", { method: "dialog", onsubmit: (e: Event) => { e.preventDefault(); void send(); } },
      h("h2", { id: "ask" }, `${label(action)} ${r.row.model} v${r.row.modelVersion}?`), h("p", {}, meaning(r, action)),
      h("label", {}, action === "revert" ? "Reason" : "Reason (optional)", reason), wrong,
      h("div", { class: "actions" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), h("button", { type: "submit", class: action === "revert" ? "danger" : "primary" }, label(action)))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();

    async function send(): Promise<void> {
      try {
        draw(await post<Rollout>("/api/rollout", { id, action, reason: reason.value.trim() }));
        announce(`Rollout ${id}: ${action} done`);
        dialog.close();
        (buttons.querySelector("button") ?? main.querySelector("h1"))?.focus();
      } catch (e) {
        wrong.replaceChildren(h("p", { class: "error", role: "alert" }, e instanceof Problem ? `${e.message} ${e.hint}` : "It did not work. Try again."));
      }
    }
  }

  return onRollout((changed) => {
    if (changed === id) {
      load().catch((e: unknown) => body.replaceChildren(problemPanel(e, () => void load())));
    }
  });
}

function label(action: Action): string {
  return action === "pause" ? "Pause" : action === "resume" ? "Resume" : "Revert";
}

function meaning(r: Rollout, action: Action): string {
  return action === "pause" ? "No further device is offered the model. Devices that are receiving or trying it go on."
    : action === "resume" ? "The running stage goes on where it stopped."
      : `Devices that confirmed it (${count(r.row.confirmed)}) are told to go back to the model before, and no other device gets it.`;
}

function stage(one: Stage): HTMLElement {
  const part = (n: number, kind: string): HTMLElement => width(h("span", { class: kind }), n / Math.max(1, one.devices));
  const numbers = [[one.confirmed, "confirmed"], [one.trial, "in trial"], [one.receiving, "receiving"], [one.failed, "failed"]].filter(([n]) => Number(n) > 0).map(([n, what]) => `${count(Number(n))} ${what}`).join(", ");
  return h("li", { class: `stage ${one.state}` },
    h("div", { class: "head" }, h("h3", {}, `${one.name}, ${one.percent} %`), chip(one.state, one.state === "passed" ? "good" : one.state === "failed" ? "bad" : one.state === "running" ? "info" : "")),
    h("div", { class: "bar" }, part(one.confirmed, "good"), part(one.trial, ""), part(one.receiving, "soft"), part(one.failed, "bad")),
    h("div", { class: "small" }, numbers || "not started"), h("div", { class: "small muted" }, `${some(one.devices, "device")}${one.started ? `, since ${time(one.started)}` : ""}`));
}

function gates(all: Gate[]): HTMLElement {
  if (all.length === 0) {
    return empty("No gates", "This rollout goes on by time alone. Give gates to `tinynano push` to stop a worse model by itself.");
  }
  return h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Gate"), h("th", { scope: "col" }, "Result"), h("th", { scope: "col", class: "number" }, "Measured"), h("th", { scope: "col", class: "number" }, "Limit"))),
    h("tbody", {}, all.map((g) => h("tr", {}, h("td", {}, g.name, g.detail ? h("small", {}, g.detail) : null), h("td", {}, chip(g.state, g.state === "passed" ? "good" : g.state === "failed" ? "bad" : "")),
      h("td", { class: "number" }, g.measured || none), h("td", { class: "number muted" }, g.limit))))));
}
